import { Activity, GitCompareArrows, KeyRound, Rss, Server, ShieldAlert } from 'lucide-react'
import type { ComponentType } from 'react'
import { path } from '~/util/path-builder'

export interface Page {
  /** As the router knows it: `/fleet/$asset`. */
  route: string
  title: string
  /** Read permission without which the page is not offered. */
  permission: string
  load: () => Promise<{ default: ComponentType }>
  /** In the rail and the palette; pages that need a parameter are reached from others. */
  rail?: { icon: ComponentType<{ className?: string }>; to: string; keys?: string }
}

/** Every page, in the order of the rail: a page is one file and one line here. */
export const PAGES: Page[] = [
  { route: '/', title: 'Overview', permission: 'asset:read', load: () => import('./pages/overview/OverviewPage'), rail: { icon: Activity, to: path.overview(), keys: 'g o' } },
  { route: '/fleet', title: 'Fleet', permission: 'asset:read', load: () => import('./pages/fleet/FleetPage'), rail: { icon: Server, to: path.fleet(), keys: 'g f' } },
  { route: '/drift', title: 'Drift', permission: 'drift:read', load: () => import('./pages/drift/DriftPage'), rail: { icon: GitCompareArrows, to: path.drift(), keys: 'g d' } },
  { route: '/vulnerabilities', title: 'Vulnerabilities', permission: 'vulnerability:read', load: () => import('./pages/vulnerabilities/VulnerabilitiesPage'), rail: { icon: ShieldAlert, to: path.vulnerabilities(), keys: 'g v' } },
  { route: '/vulnerabilities/$vulnerability', title: 'Vulnerability', permission: 'vulnerability:read', load: () => import('./pages/vulnerabilities/VulnerabilityPage') },
  { route: '/feeds', title: 'Feeds', permission: 'feed:read', load: () => import('./pages/feeds/FeedsPage'), rail: { icon: Rss, to: path.feeds(), keys: 'g e' } },
  { route: '/tokens', title: 'API tokens', permission: 'token:manage', load: () => import('./pages/tokens/TokensPage'), rail: { icon: KeyRound, to: path.tokens(), keys: 'g t' } },
]
