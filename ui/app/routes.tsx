import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { ErrorState } from './components/States'
import { Frame } from './frame/Frame'
import { NotFound } from './frame/NotFound'
import { PAGES } from './pages'
import { parseSearch, stringifySearch, type RawSearch } from './state/url'

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  // Each page validates what it reads (`useUrl`), so that an odd address shows the page and not an error.
  validateSearch: (search) => search as RawSearch,
})

const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame })
const pages = PAGES.map((page) =>
  createRoute({ getParentRoute: () => frame, path: page.route, component: lazyRouteComponent(page.load), staticData: { title: page.title, scoped: page.scoped } }),
)
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/SignInPage')),
  staticData: { title: 'Sign in' },
})
const lost = createRoute({ getParentRoute: () => frame, path: '$', component: NotFound, staticData: { title: 'Not found' } })

export const router = createRouter({
  routeTree: root.addChildren([signIn, frame.addChildren([...pages, lost])]),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
  interface StaticDataRouteOption { title?: string; scoped?: true | string }
}
