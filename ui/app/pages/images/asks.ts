import { ask, askList, type Ask } from '~/api/query'
import { oneOf, type RawSearch } from '~/state/url'
import { readTable, type TableUrl } from '~/table/url'

export const VIEWS = ['families', 'matrix', 'rules', 'register'] as const
export const read = (raw: RawSearch) => ({ view: oneOf(raw.view, VIEWS) ?? 'families' })
export const COUNTED = { query: { limit: 1 } }
export const listed = ({ sort }: TableUrl) => ({ query: { sort } })

export const asks = (search: RawSearch): Ask[] => [
  ...(read(search).view === 'families' ? [askList('/api/v1/images/families', listed(readTable(search)))] : []),
  ask('/api/v1/images/families', COUNTED),
]
