import { stringifySearch } from '~/state/url'

/** Every address of this application. Nobody writes one by hand; `path-builder.test.ts` pins them. */
const at = (path: string, search: Record<string, string | undefined> = {}) => path + stringifySearch(search)

type Search = Record<string, string | undefined>
export interface ListSearch { [key: string]: string | undefined; q?: string; sort?: string; group?: string }
export interface ImagesSearch { [key: string]: string | undefined; view?: string; by?: string; family?: string; asset?: string; q?: string }

export const path = {
  overview: () => at('/'),
  fleet: (search: ListSearch = {}) => at('/fleet', search),
  asset: (id: string, search: Search = {}) => at(`/fleet/${encodeURIComponent(id)}`, search),
  sites: (search: Search = {}) => at('/sites', search),
  site: (name: string, search: Search = {}) => at(`/sites/${encodeURIComponent(name)}`, search),
  identity: () => at('/identity'),
  resources: (search: Search = {}) => at('/resources', search),
  resource: (id: string) => at(`/resources/${encodeURIComponent(id)}`),
  connectors: (search: Search = {}) => at('/connectors', search),
  connector: (id: string) => at(`/connectors/${encodeURIComponent(id)}`),
  coverage: (search: Search = {}) => at('/coverage', search),
  audit: (search: Search = {}) => at('/audit', search),
  drift: (search: ListSearch = {}) => at('/drift', search),
  vulnerabilities: (search: ListSearch = {}) => at('/vulnerabilities', search),
  vulnerability: (id: string, search: ListSearch = {}) => at(`/vulnerabilities/${encodeURIComponent(id)}`, search),
  plans: (search: Search = {}) => at('/plans', search),
  plan: (id: string, tab?: string) => at(`/plans/${encodeURIComponent(id)}`, { tab }),
  policies: (search: Search = {}) => at('/policies', search),
  mapping: () => at('/mapping'),
  feeds: (search: Search = {}) => at('/feeds', search),
  tokens: (search: Search = {}) => at('/tokens', search),
  images: (search: ImagesSearch = {}) => at('/images', search),
  family: (family: string) => at(`/images/${encodeURIComponent(family)}`),
  image: (family: string, version: string, tab?: string) => at(`/images/${encodeURIComponent(family)}/${encodeURIComponent(version)}`, { tab }),
  organisation: () => at('/organisation'),
  profile: () => at('/profile'),
  signIn: (next?: string) => at('/sign-in', { next }),
}

/** An address of this application as the browser would read it, which drops control characters; no other is gone to. */
export function ownAddress(text: string | undefined, origin = location.origin): string | undefined {
  if (!text?.startsWith('/') || !URL.canParse(text, origin)) return undefined
  const url = new URL(text, origin)
  // What is left could be read as a host once more.
  if (url.origin !== origin || url.pathname.startsWith('//')) return undefined
  return url.pathname + url.search + url.hash
}

/** Where the world keeps its records of a vulnerability; each address follows from the id alone. */
export function publishedRecords(id: string, exploited: boolean): { title: string; href: string }[] {
  if (!/^CVE-\d{4}-\d{4,}$/.test(id)) return []
  return [
    { title: 'CVE record', href: `https://www.cve.org/CVERecord?id=${id}` },
    { title: 'National Vulnerability Database', href: `https://nvd.nist.gov/vuln/detail/${id}` },
    ...(exploited ? [{ title: 'CISA catalogue entry', href: `https://www.cisa.gov/known-exploited-vulnerabilities-catalog?search_api_fulltext=${id}` }] : []),
  ]
}

/** `family:version`, which the API takes in place of an id. */
export function imagePath(reference: string, tab?: string): string {
  const cut = reference.indexOf(':')
  return cut < 0 ? path.family(reference) : path.image(reference.slice(0, cut), reference.slice(cut + 1), tab)
}

/** One term of the filter language: `site:"north hall"`, and `site:unknown` for what is not known. */
export function term(key: string, value: string | null | undefined): string {
  return `${key}:${value ? quoted(value) : 'unknown'}`
}

/** A value as the filter language has it, in quotes where it must be. */
export const quoted = (value: string) => (/[\s,"]/.test(value) ? inQuotes(value) : value)

/** A text that means just itself: part of a name, even where it looks like a term. */
export const inQuotes = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

export const terms = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ')
