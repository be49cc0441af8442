import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { makeQueryClient } from '~/api/query'
import { parseSearch, stringifySearch, type RawSearch } from '~/state/url'
import { TooltipProvider } from '~/ui/Button'

/** A component where it lives: with an address, a query cache that knows nothing yet, and the API's sample answers. */
export async function show(Component: () => ReactNode, at = '/') {
  const signedOut = vi.fn()
  const queries = makeQueryClient(signedOut)
  const root = createRootRoute({ component: Outlet, validateSearch: (search) => search as RawSearch })
  const routes = ['/', '$'].map((path) => createRoute({ getParentRoute: () => root, path, component: Component }))
  const history = createMemoryHistory({ initialEntries: [at] })
  const router = createRouter({ routeTree: root.addChildren(routes), history, parseSearch, stringifySearch })
  await router.load()
  const shown = render(
    <QueryClientProvider client={queries}>
      <TooltipProvider><RouterProvider router={router as never} /></TooltipProvider>
    </QueryClientProvider>,
  )
  return { ...shown, queries, signedOut, address: () => history.location.href, go: (to: string) => history.push(to) }
}
