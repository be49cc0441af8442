import { useRouterState } from '@tanstack/react-router'
import { createContext, useContext } from 'react'
import { term, terms } from '~/util/path-builder'
import { parseSearch, stringifySearch, useUrl, type RawSearch } from './url'

/** The part of the estate that one works on: `project` and `env` in the URL, absent for all of it. */
export interface Scope { project?: string; env?: string }

const NAME_MAX = 200

export function scopeOf(search: RawSearch): Scope | undefined {
  const project = search.project?.slice(0, NAME_MAX) || undefined
  const env = search.env?.slice(0, NAME_MAX) || undefined
  return project || env ? { project, env } : undefined
}


/** As the URL has it, whether the page can follow it or not. */
export const useScope = () => useUrl(scopeOf)

/** What a page does with the scope: one that follows it asks within it and leads on within it, another does neither. */
export type Follows = 'asks' | 'leads' | 'ignores'
export const FollowsScope = createContext<Follows>('leads')

/** Of what is asked here; outside of the pages, in the frame, everything is asked for. */
export function useAskedScope(): Scope | undefined {
  const follows = useContext(FollowsScope)
  const scope = scopeOf(useRouterState({ select: (state) => state.location.search as RawSearch }))
  return follows === 'asks' ? scope : undefined
}

/** What travels with a link: a number that does not follow the scope leads to a list that does not either. */
export function useLedScope(): Scope | undefined {
  const follows = useContext(FollowsScope)
  const scope = scopeOf(useRouterState({ select: (state) => state.location.search as RawSearch }))
  return follows === 'ignores' ? undefined : scope
}

/** Routes whose `q` is the filter language of assets: they answer within a scope. `scope.test.ts` compares them with the API. */
export const TAKES_SCOPE: ReadonlySet<string> = new Set([
  '/api/v1/assets', '/api/v1/assets/export', '/api/v1/assets/facets', '/api/v1/assets/groups',
  '/api/v1/environments', '/api/v1/environments/{environment}', '/api/v1/projects', '/api/v1/projects/{project}',
  '/api/v1/drift', '/api/v1/drift/export', '/api/v1/drift/reports', '/api/v1/drift/summary', '/api/v1/drift/top-offenders', '/api/v1/drift/trends',
  '/api/v1/images/matrix', '/api/v1/overview/attention', '/api/v1/overview/metrics', '/api/v1/overview/trends', '/api/v1/patch/drift',
  '/api/v1/sites', '/api/v1/sites/{site}',
  '/api/v1/vulnerabilities', '/api/v1/vulnerabilities/export', '/api/v1/vulnerabilities/summary', '/api/v1/vulnerabilities/{id}',
  '/api/v1/vulnerabilities/{id}/assets', '/api/v1/vulnerabilities/{id}/blast-radius', '/api/v1/vulnerabilities/{id}/trends',
])

/** The filter of a page, within the scope. */
export function within(scope: Scope, q: string | null | undefined): string {
  return terms(scope.project && term('project', scope.project), scope.env && term('env', scope.env), q ?? undefined)
}

export function withScope(to: string, scope: Scope | undefined): string {
  if (!scope || to.startsWith('/sign-in')) return to
  const [address = '', search = ''] = to.split('?')
  return address + stringifySearch({ ...parseSearch(search), ...scope })
}
