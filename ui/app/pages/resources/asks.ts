import { ask, askList, type Ask } from '~/api/query'
import type { RawSearch } from '~/state/url'
import { readTable } from '~/table/url'

export const read = (raw: RawSearch) => ({ ...readTable(raw), kind: raw.kind && /^[a-z_]{1,40}$/.test(raw.kind) ? raw.kind : undefined })
export type Url = ReturnType<typeof read>

export const listed = ({ q, kind }: Url) => ({ query: { kind, word: q } })
export const asks = (search: RawSearch): Ask[] => [ask('/api/v1/resources/summary'), askList('/api/v1/resources', listed(read(search)))]
