import { askList, type Ask } from '~/api/query'
import type { RawSearch } from '~/state/url'
import { readTable, type TableUrl } from '~/table/url'

export const listed = ({ q, sort }: TableUrl) => ({ query: { q, sort } })
export const asks = (search: RawSearch): Ask[] => [askList('/api/v1/assets', listed(readTable(search)))]
