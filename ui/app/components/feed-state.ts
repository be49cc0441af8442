import type { components } from '~/api/generated/schema'
import type { State } from '~/util/states'
import { of } from '~/util/units'
import { useNow } from './RelativeTime'

type Feed = components['schemas']['Feed']
const OLD_MS = 48 * 3_600_000
const CONTENT_OLD_MS = 14 * 86_400_000

/** Whether what a feed tells can be relied on, wherever it is shown. */
export function useFeedState(feed: Feed): { state: State; word: string } {
  const now = useNow()
  const newest = feed.snapshots[0]?.imported_at
  if (feed.runs.some((run) => run.state === 'running')) return { state: 'progress', word: 'being imported' }
  if (feed.empty) return { state: 'unknown', word: 'empty' }
  const failed = feed.runs.filter((run) => ['failed', 'interrupted'].includes(run.state)).length
  if (failed > 0) return { state: 'critical', word: `last run of ${of(failed, feed.runs.length)} sources failed` }
  if (newest && now.getTime() - Date.parse(newest) > OLD_MS) return { state: 'stale', word: 'older than 2 d' }
  // An import of today may bring what its publisher wrote long ago.
  const states = Math.max(...feed.snapshots.flatMap(({ newest }) => (newest ? [Date.parse(newest)] : [])))
  if (Number.isFinite(states) && now.getTime() - states > CONTENT_OLD_MS) return { state: 'stale', word: 'what it states is older than 14 d' }
  return { state: 'ok', word: 'imported lately' }
}
