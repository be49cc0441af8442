import { Activity, Boxes, Building2, ClipboardList, GitCompareArrows, KeyRound, Layers, MapPinned, Plug, Radar, Rss, Scale, ScrollText, Server, ShieldAlert, Tags } from 'lucide-react'
import type { ComponentType } from 'react'
import type { Ask } from '~/api/query'
import type { RawSearch } from '~/state/url'
import { path } from '~/util/path-builder'
import { asks as ofCoverage } from './pages/coverage/asks'
import { asks as ofDrift } from './pages/drift/asks'
import { asks as ofFleet } from './pages/fleet/asks'
import { asks as ofImages } from './pages/images/asks'
import { asks as ofOverview } from './pages/overview/asks'
import { asks as ofPlans } from './pages/plans/asks'
import { asks as ofPolicies } from './pages/policies/asks'
import { asks as ofResources } from './pages/resources/asks'
import { asks as ofVulnerabilities } from './pages/vulnerabilities/asks'

export interface Page {
  /** As the router knows it: `/fleet/$asset`. */
  route: string
  title: string
  /** Read permission without which the page is not offered. */
  permission: string
  load: () => Promise<{ default: ComponentType }>
  /** What it shows first, asked while its code is still on the way. `asks.test.tsx` compares it with what the page asks. */
  asks?: (search: RawSearch) => Ask[]
  /** Every number on it follows the scope; as text: except what the text says. Without it the page says that it is not narrowed. */
  scoped?: true | string
  /** In the rail and the palette; pages that need a parameter are reached from others. */
  rail?: { icon: ComponentType<{ className?: string }>; to: string; keys?: string }
}

/** Every page, in the order of the rail: a page is one file and one line here. */
export const PAGES: Page[] = [
  { route: '/', title: 'Overview', permission: 'asset:read', scoped: 'Collections, feeds and first steps are of the whole organisation.', load: () => import('./pages/overview/OverviewPage'), asks: ofOverview, rail: { icon: Activity, to: path.overview(), keys: 'g o' } },
  { route: '/fleet', title: 'Fleet', permission: 'asset:read', scoped: true, load: () => import('./pages/fleet/FleetPage'), asks: ofFleet, rail: { icon: Server, to: path.fleet(), keys: 'g f' } },
  { route: '/fleet/$asset', title: 'Asset', permission: 'asset:read', load: () => import('./pages/asset/AssetPage') },
  { route: '/sites', title: 'Sites', permission: 'asset:read', scoped: true, load: () => import('./pages/sites/SitesPage'), rail: { icon: MapPinned, to: path.sites(), keys: 'g s' } },
  { route: '/sites/$site', title: 'Site', permission: 'asset:read', scoped: true, load: () => import('./pages/sites/SitePage') },
  { route: '/images', title: 'Images', permission: 'image:read', load: () => import('./pages/images/ImagesPage'), asks: ofImages, rail: { icon: Layers, to: path.images(), keys: 'g i' } },
  { route: '/images/$family', title: 'Image family', permission: 'image:read', load: () => import('./pages/images/FamilyPage') },
  { route: '/images/$family/$version', title: 'Image version', permission: 'image:read', load: () => import('./pages/images/VersionPage') },
  { route: '/drift', title: 'Drift', permission: 'drift:read', scoped: true, load: () => import('./pages/drift/DriftPage'), asks: ofDrift, rail: { icon: GitCompareArrows, to: path.drift(), keys: 'g d' } },
  { route: '/vulnerabilities', title: 'Vulnerabilities', permission: 'vulnerability:read', scoped: true, load: () => import('./pages/vulnerabilities/VulnerabilitiesPage'), asks: ofVulnerabilities, rail: { icon: ShieldAlert, to: path.vulnerabilities(), keys: 'g v' } },
  { route: '/vulnerabilities/$vulnerability', title: 'Vulnerability', permission: 'vulnerability:read', scoped: true, load: () => import('./pages/vulnerabilities/VulnerabilityPage') },
  { route: '/plans', title: 'Plans', permission: 'plan:read', load: () => import('./pages/plans/PlansPage'), asks: ofPlans, rail: { icon: ClipboardList, to: path.plans(), keys: 'g p' } },
  { route: '/plans/$plan', title: 'Plan', permission: 'plan:read', load: () => import('./pages/plans/PlanPage') },
  { route: '/policies', title: 'Policies', permission: 'policy:read', load: () => import('./pages/policies/PoliciesPage'), asks: ofPolicies, rail: { icon: Scale, to: path.policies(), keys: 'g y' } },
  { route: '/identity', title: 'Conflicts of identity', permission: 'asset:read', load: () => import('./pages/identity/IdentityPage') },
  { route: '/resources', title: 'Resources', permission: 'asset:read', load: () => import('./pages/resources/ResourcesPage'), asks: ofResources, rail: { icon: Boxes, to: path.resources(), keys: 'g r' } },
  { route: '/resources/$resource', title: 'Resource', permission: 'asset:read', load: () => import('./pages/resources/ResourcePage') },
  { route: '/connectors', title: 'Connectors', permission: 'connector:read', load: () => import('./pages/connectors/ConnectorsPage'), rail: { icon: Plug, to: path.connectors(), keys: 'g c' } },
  { route: '/connectors/$connector', title: 'Connector', permission: 'connector:read', load: () => import('./pages/connectors/ConnectorPage') },
  { route: '/coverage', title: 'Coverage', permission: 'connector:read', load: () => import('./pages/coverage/CoveragePage'), asks: ofCoverage, rail: { icon: Radar, to: path.coverage(), keys: 'g w' } },
  { route: '/mapping', title: 'Mapping rules', permission: 'mapping:read', load: () => import('./pages/mapping/MappingPage'), rail: { icon: Tags, to: path.mapping(), keys: 'g m' } },
  { route: '/feeds', title: 'Feeds', permission: 'feed:read', load: () => import('./pages/feeds/FeedsPage'), rail: { icon: Rss, to: path.feeds(), keys: 'g e' } },
  { route: '/audit', title: 'Audit', permission: 'audit:read', load: () => import('./pages/audit/AuditPage'), rail: { icon: ScrollText, to: path.audit(), keys: 'g a' } },
  { route: '/tokens', title: 'API tokens', permission: 'token:manage', load: () => import('./pages/tokens/TokensPage'), rail: { icon: KeyRound, to: path.tokens(), keys: 'g t' } },
  { route: '/organisation', title: 'Organisation', permission: 'organization:read', load: () => import('./pages/organisation/OrganisationPage'), rail: { icon: Building2, to: path.organisation(), keys: 'g u' } },
  { route: '/profile', title: 'Profile', permission: 'self:manage', load: () => import('./pages/profile/ProfilePage') },
]
