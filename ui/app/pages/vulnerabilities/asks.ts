import { ask, askList, type Ask } from '~/api/query'
import { LEVELS } from '~/components/urgency-levels'
import { oneOf, type RawSearch } from '~/state/url'
import { readTable } from '~/table/url'

export const SEVERITIES = ['critical', 'high', 'medium', 'low,none', 'unknown'] as const
const FIXES = ['all', 'some', 'none'] as const
const TIMES = ['running', 'due_soon', 'breached'] as const

export const read = (raw: RawSearch) => ({
  ...readTable(raw), urgency: oneOf(raw.urgency, LEVELS), severity: oneOf(raw.severity, SEVERITIES), kev: oneOf(raw.kev, ['true', 'false']), fix: oneOf(raw.fix, FIXES), sla: oneOf(raw.sla, TIMES),
})
export type Url = ReturnType<typeof read>

export const listed = ({ q, sort, urgency, severity, kev, fix, sla }: Url) => ({ query: { q, sort, urgency, severity, kev: kev && kev === 'true', fix, sla } })

export function asks(search: RawSearch): Ask[] {
  const url = read(search)
  return [askList('/api/v1/vulnerabilities', listed(url)), ask('/api/v1/vulnerabilities/summary', { query: { q: url.q } })]
}
