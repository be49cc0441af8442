import { Activity, Building2, Layers, Server } from 'lucide-react'
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
  { route: '/images', title: 'Images', permission: 'image:read', load: () => import('./pages/images/ImagesPage'), rail: { icon: Layers, to: path.images(), keys: 'g i' } },
  { route: '/images/$family', title: 'Image family', permission: 'image:read', load: () => import('./pages/images/FamilyPage') },
  { route: '/images/$family/$version', title: 'Image version', permission: 'image:read', load: () => import('./pages/images/VersionPage') },
  { route: '/organisation', title: 'Organisation', permission: 'organization:read', load: () => import('./pages/organisation/OrganisationPage'), rail: { icon: Building2, to: path.organisation(), keys: 'g u' } },
  { route: '/profile', title: 'Profile', permission: 'self:manage', load: () => import('./pages/profile/ProfilePage') },
]
