import { ask, type Ask } from '~/api/query'

export const asks = (): Ask[] => [ask('/api/v1/policies')]
