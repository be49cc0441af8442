import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { mayBeSignedIn } from './api/client'
import { apiQuery } from './api/query'
import { ErrorState } from './components/States'
import { Frame } from './frame/Frame'
import { NotFound } from './frame/NotFound'
import { PAGES, type Page } from './pages'
import { momentOf } from './state/as-of'
import { scopeOf } from './state/scope'
import { parseSearch, stringifySearch, type RawSearch } from './state/url'

interface Context { queries: QueryClient }

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFound,
  // Each page validates what it reads (`useUrl`), so that an odd address shows the page and not an error.
  validateSearch: (search) => search as RawSearch,
})

/** Below this a person sees no delay (Nielsen: 0.1 s), and a page that is drawn once with its answers is there sooner than one drawn twice. */
const SKELETON_AFTER_MS = 100

/**
 * What the page shows is asked while its code is on the way. It is waited for no longer than nobody notices; after that each
 * part waits for its own answer. Who is there is asked first: a session that ended is refused once, and not with every
 * question of the page.
 */
function begin(page: Page, { queries }: Context, search: RawSearch): Promise<unknown> | undefined {
  if (!mayBeSignedIn()) return undefined
  const view = { asOf: momentOf(search), scope: page.scoped ? scopeOf(search) : undefined }
  const put = () => Promise.all(page.asks?.(search).map((ask) => ask(queries, view)) ?? [])
  const me = apiQuery('/api/v1/users/me')
  const answered = queries.ensureQueryData(me).then(put, () => undefined)
  // On the first load there is no page yet to look at meanwhile.
  return queries.getQueryData(me.queryKey) && Promise.race([answered, new Promise((next) => setTimeout(next, SKELETON_AFTER_MS))])
}

const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame })
const pages = PAGES.map((page) =>
  createRoute({
    getParentRoute: () => frame, path: page.route, component: lazyRouteComponent(page.load), staticData: { title: page.title, scoped: page.scoped },
    loader: ({ context, location }) => begin(page, context, location.search as RawSearch),
    // Once on each entry: what changes on the page is asked by its parts.
    shouldReload: false, gcTime: 0,
  }),
)
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/SignInPage')),
  staticData: { title: 'Sign in' },
})
const lost = createRoute({ getParentRoute: () => frame, path: '$', component: NotFound, staticData: { title: 'Not found' } })

export const makeRouter = (queries: QueryClient) => createRouter({
  routeTree: root.addChildren([signIn, frame.addChildren([...pages, lost])]),
  context: { queries } satisfies Context,
  parseSearch,
  stringifySearch,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register { router: ReturnType<typeof makeRouter> }
  interface StaticDataRouteOption { title?: string; scoped?: true | string }
}
