import { ask, askList, type Ask } from '~/api/query'
import { DRIFT_STATES } from '~/components/drift-states'
import { oneOf, type RawSearch } from '~/state/url'
import { readTable } from '~/table/url'

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'none'] as const
export const TABS = ['assets', 'offenders', 'groups', 'time'] as const
export const read = (raw: RawSearch) => ({ ...readTable(raw), state: oneOf(raw.state, DRIFT_STATES), severity: oneOf(raw.severity, SEVERITIES), tab: oneOf(raw.tab, TABS) ?? 'assets' })
export type Url = ReturnType<typeof read>

export const listed = ({ q, sort, state, severity }: Url) => ({ query: { q, sort, state, severity } })

export function asks(search: RawSearch): Ask[] {
  const url = read(search)
  return [ask('/api/v1/drift/summary', { query: { q: url.q } }), ...(url.tab === 'assets' ? [askList('/api/v1/drift', listed(url))] : [])]
}
