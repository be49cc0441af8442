/** What there is a picture of, `NAME-THEME.png` or `NAME-phone.png`. `app/pages.test.ts` asks that no page of the rail is missing. */
export interface Shot {
  name: string
  to: (world: World) => string
  /** The dark theme as well. */
  dark?: boolean
  phone?: boolean
  /** Pressed and typed once the page stands. */
  keys?: string[]
  /** As somebody who is not signed in. */
  stranger?: boolean
}

/** What only the server knows. */
export interface World { asset: string; site: string; family: string; version: string; vulnerability?: string; connector: string; plan: string }

const at = encodeURIComponent

export const SHOTS: Shot[] = [
  { name: 'overview', to: () => '/', dark: true, phone: true },
  { name: 'fleet', to: () => '/fleet', dark: true, phone: true },
  { name: 'asset', to: (world) => `/fleet/${world.asset}`, dark: true, phone: true },
  { name: 'sites', to: () => '/sites', dark: true },
  { name: 'site', to: (world) => `/sites/${at(world.site)}` },
  { name: 'images', to: () => '/images' },
  { name: 'image-family', to: (world) => `/images/${at(world.family)}` },
  { name: 'image-version', to: (world) => `/images/${at(world.family)}/${at(world.version)}` },
  { name: 'image-matrix', to: () => '/images?view=matrix', dark: true },
  { name: 'drift', to: () => '/drift', dark: true },
  { name: 'vulnerabilities', to: () => '/vulnerabilities', dark: true },
  { name: 'cve', to: (world) => `/vulnerabilities/${at(world.vulnerability ?? '')}`, dark: true },
  { name: 'plans', to: () => '/plans' },
  { name: 'plan', to: (world) => `/plans/${world.plan}`, dark: true, phone: true },
  { name: 'policies', to: () => '/policies' },
  { name: 'identity', to: () => '/identity' },
  { name: 'resources', to: () => '/resources' },
  { name: 'connectors', to: () => '/connectors' },
  { name: 'connector', to: (world) => `/connectors/${world.connector}` },
  { name: 'coverage', to: () => '/coverage', dark: true, phone: true },
  { name: 'mapping', to: () => '/mapping' },
  { name: 'feeds', to: () => '/feeds' },
  { name: 'audit', to: () => '/audit' },
  { name: 'tokens', to: () => '/tokens' },
  { name: 'organisation', to: () => '/organisation' },
  { name: 'profile', to: () => '/profile' },
  { name: 'palette', to: () => '/', keys: ['Control+k', 'web'], dark: true },
  { name: 'sign-in', to: () => '/sign-in', stranger: true, dark: true },
]
