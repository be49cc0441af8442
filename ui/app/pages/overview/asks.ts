import { ask, type Ask } from '~/api/query'
import { oneOf, type RawSearch } from '~/state/url'

export const TREND_DAYS = 90
export const OFFENDERS_BY = ['family', 'workload', 'owner', 'site'] as const
export const OFFENDERS_SHOWN = 8
export const readOffenders = (raw: RawSearch) => ({ by: oneOf(raw.offenders, OFFENDERS_BY) ?? 'family' })

/** What takes the server longest comes first: a browser asks only a few things at a time. */
export const asks = (search: RawSearch): Ask[] => [
  ask('/api/v1/overview/attention'),
  ask('/api/v1/overview/trends', { query: { days: TREND_DAYS } }),
  ask('/api/v1/overview/metrics'),
  ask('/api/v1/sites'),
  ask('/api/v1/overview/health'),
  ask('/api/v1/coverage/summary'),
  ask('/api/v1/drift/top-offenders', { query: { ...readOffenders(search), limit: OFFENDERS_SHOWN } }),
  ask('/api/v1/feeds'),
  ask('/api/v1/onboarding'),
  ask('/api/v1/drift/trends', { query: { days: TREND_DAYS } }),
]
