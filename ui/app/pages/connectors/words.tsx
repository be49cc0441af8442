import type { components } from '~/api/generated/schema'
import { StateBadge } from '~/ui/State'
import { syncState, type State } from '~/util/states'
import { count, plural } from '~/util/units'

export type Connector = components['schemas']['Connector']
export type Sync = components['schemas']['Sync']
export type Kind = components['schemas']['ConnectorKind']

/** What it knows comes from bundles alone; a collection of it lists nothing. */
export const takesBundles = (connector: Connector) => connector.kind === 'offline'
export const isUnderWay = (sync: Sync | null | undefined) => sync?.outcome === 'queued' || sync?.outcome === 'running'
/** No event tells of the start of a collection, nor of one that failed. */
export const WATCH_MS = 2_000

export function standing(connector: Connector): [State, string] {
  const last = connector.last_sync
  if (isUnderWay(last)) return ['progress', last?.outcome ?? '']
  if (!connector.enabled) return ['stale', 'paused']
  if (connector.failures > 0) return ['critical', plural(connector.failures, 'failure in a row', 'failures in a row')]
  return last ? [syncState(last.outcome), last.outcome] : ['unknown', 'never synced']
}

export function Standing({ connector }: { connector: Connector }) {
  const [state, word] = standing(connector)
  return <StateBadge state={state}>{word}</StateBadge>
}

/** `3 000 added, 12 changed`; what did not happen is not said. */
export function syncWords(sync: Sync): string {
  const assets: [number, string][] = [[sync.added, 'added'], [sync.changed, 'changed'], [sync.removed, 'removed'], [sync.held_back, 'missing and held back'], [sync.unchanged, 'unchanged']]
  const resources: [number, string][] = [[sync.resources_added, 'added'], [sync.resources_changed, 'changed'], [sync.resources_removed, 'removed']]
  const there = (parts: [number, string][], name: (many: number) => string) => parts.filter(([many]) => many > 0).map(([many, word]) => `${name(many)} ${word}`)
  return [...there(assets, count), ...there(resources, (many) => plural(many, 'resource'))].join(', ') || 'nothing'
}

const INTERVALS: [number, string][] = [[0, 'By hand only'], [300, 'Every 5 min'], [900, 'Every 15 min'], [3_600, 'Every hour'], [21_600, 'Every 6 h'], [86_400, 'Every day']]

/** The usual intervals, and the present one when it is another. */
export const intervalOptions = (now: number | null | undefined): [string, string][] => {
  const other = now && !INTERVALS.some(([seconds]) => seconds === now) ? [[now, `Every ${count(now)} s`] as [number, string]] : []
  return [...INTERVALS, ...other].map(([seconds, word]) => [String(seconds), word])
}
export const intervalWords = (seconds: number | null | undefined) => intervalOptions(seconds).find(([key]) => key === String(seconds ?? 0))?.[1].toLowerCase() ?? ''
