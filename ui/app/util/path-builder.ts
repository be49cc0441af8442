import { stringifySearch } from '~/state/url'

/** Every address of this application. Nobody writes one by hand; `path-builder.test.ts` pins them. */
const at = (path: string, search: Record<string, string | undefined> = {}) => path + stringifySearch(search)

export interface ListSearch { [key: string]: string | undefined; q?: string; sort?: string; group?: string }
export interface ImagesSearch { [key: string]: string | undefined; view?: string; by?: string; family?: string; asset?: string; q?: string }

export const path = {
  overview: () => at('/'),
  fleet: (search: ListSearch = {}) => at('/fleet', search),
  asset: (id: string) => at(`/fleet/${encodeURIComponent(id)}`),
  site: (name: string) => at(`/sites/${encodeURIComponent(name)}`),
  vulnerability: (id: string) => at(`/vulnerabilities/${encodeURIComponent(id)}`),
  images: (search: ImagesSearch = {}) => at('/images', search),
  family: (family: string) => at(`/images/${encodeURIComponent(family)}`),
  image: (family: string, version: string, tab?: string) => at(`/images/${encodeURIComponent(family)}/${encodeURIComponent(version)}`, { tab }),
  organisation: () => at('/organisation'),
  profile: () => at('/profile'),
  signIn: (next?: string) => at('/sign-in', { next }),
}

/** `family:version`, which the API takes in place of an id. */
export function imagePath(reference: string, tab?: string): string {
  const cut = reference.indexOf(':')
  return cut < 0 ? path.family(reference) : path.image(reference.slice(0, cut), reference.slice(cut + 1), tab)
}

/** One term of the filter language: `site:"north hall"`, and `site:unknown` for what is not known. */
export function term(key: string, value: string | null | undefined): string {
  if (value === null || value === undefined || value === '') return `${key}:unknown`
  return /[\s,"]/.test(value) ? `${key}:"${value.replaceAll('"', '')}"` : `${key}:${value}`
}

export const terms = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ')
