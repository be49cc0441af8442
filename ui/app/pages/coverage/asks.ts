import { ask, askList, type Ask } from '~/api/query'
import { oneOf, type RawSearch } from '~/state/url'
import { readTable } from '~/table/url'

export const STATES = ['complete', 'partial', 'unlisted', 'never', 'gone'] as const
export const AGES = ['fresh', 'stale', 'unknown'] as const
const ID = /^[0-9a-f-]{36}$/

export const read = (raw: RawSearch) => ({
  ...readTable(raw), state: oneOf(raw.state, STATES), freshness: oneOf(raw.freshness, AGES), gaps: oneOf(raw.gaps, ['true', 'false']),
  code: raw.code && /^[a-z_]{1,64}$/.test(raw.code) ? raw.code : undefined, connector: raw.connector && ID.test(raw.connector) ? raw.connector : undefined,
})
export type Url = ReturnType<typeof read>

export const listed = ({ q, sort, state, freshness, gaps, code, connector }: Url) =>
  ({ query: { q, sort, state, freshness, permission_gap: gaps && gaps === 'true', code, connector } })

export function asks(search: RawSearch): Ask[] {
  const url = read(search)
  return [ask('/api/v1/coverage/summary', { query: { connector: url.connector } }), askList('/api/v1/coverage', listed(url))]
}
