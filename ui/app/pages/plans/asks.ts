import { askList, type Ask } from '~/api/query'
import type { RawSearch } from '~/state/url'

export const read = (raw: RawSearch) => ({ author: raw.author?.slice(0, 300) || undefined })
export const listed = ({ author }: ReturnType<typeof read>) => ({ query: { author } })
export const asks = (search: RawSearch): Ask[] => [askList('/api/v1/plans', listed(read(search)))]
