import { stringifySearch } from '~/state/url'

/** Every address of this application. Nobody writes one by hand; `path-builder.test.ts` pins them. */
const at = (path: string, search: Record<string, string | undefined> = {}) => path + stringifySearch(search)

type Search = Record<string, string | undefined>
export interface ListSearch { [key: string]: string | undefined; q?: string; sort?: string; group?: string }

export const path = {
  overview: () => at('/'),
  fleet: (search: ListSearch = {}) => at('/fleet', search),
  asset: (id: string, search: Search = {}) => at(`/fleet/${encodeURIComponent(id)}`, search),
  sites: (search: Search = {}) => at('/sites', search),
  site: (name: string, search: Search = {}) => at(`/sites/${encodeURIComponent(name)}`, search),
  connectors: () => at('/connectors'),
  connector: (id: string) => at(`/connectors/${encodeURIComponent(id)}`),
  audit: (search: Search = {}) => at('/audit', search),
  signIn: (next?: string) => at('/sign-in', { next }),
}

/** One term of the filter language: `site:"north hall"`, and `site:unknown` for what is not known. */
export function term(key: string, value: string | null | undefined): string {
  if (value === null || value === undefined || value === '') return `${key}:unknown`
  return /[\s,"]/.test(value) ? `${key}:"${value.replaceAll('"', '')}"` : `${key}:${value}`
}

export const terms = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ')
