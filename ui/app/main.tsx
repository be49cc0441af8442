import './app.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { makeQueryClient } from './api/query'
import { makeRouter } from './routes'
import { apply } from './state/theme'
import { TooltipProvider } from './ui/Button'
import { path } from './util/path-builder'

apply()

/** A session that ended leads to the sign-in page, and back to where one was. */
const queries = makeQueryClient(() => {
  const { pathname, href } = router.history.location
  if (pathname === '/sign-in') return
  queries.clear()
  void router.history.push(path.signIn(href))
})
const router = makeRouter(queries)

const place = document.getElementById('root')
if (!place) throw new Error('index.html has no #root')
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <TooltipProvider delayDuration={300} skipDelayDuration={200}>
        <RouterProvider router={router} />
      </TooltipProvider>
    </QueryClientProvider>
  </StrictMode>,
)
