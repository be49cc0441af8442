import {
  keepPreviousData, MutationCache, QueryCache, QueryClient, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient,
  type InfiniteData, type UseQueryResult,
} from '@tanstack/react-query'
import { useAsOf } from '~/state/as-of'
import { call, type Answer, type Input, type PathOf } from './client'
import { type ApiError, asApiError } from './errors'
import { TAKES_AS_OF } from './generated/as-of'

const RETRIES_MAX = 3
/** Events refresh what is on the screen; without a stream, a return to the window does. */
const FRESH_MS = 30_000
export const LIST_PAGE = 200

export function makeQueryClient(onUnauthenticated: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => asApiError(error).status === 401 && onUnauthenticated() }),
    // A refused password or link is a 401 as well, and is told where it was typed.
    mutationCache: new MutationCache({ onError: (error) => asApiError(error).code === 'unauthenticated' && onUnauthenticated() }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => asApiError(error).passing && failures < RETRIES_MAX,
        retryDelay: (attempt, error) => (asApiError(error).retryAfter ?? Math.min(2 ** attempt, 15)) * 1000,
      },
    },
  })
}

/** `/api/v1/drift/summary` → `drift`: the word by which events invalidate. */
export const nounOf = (path: string) => path.split('/')[3] ?? path

type GetPath = PathOf<'get'>
export type QueryOf<P extends GetPath> = NonNullable<Input<'get', P>['query']>

const withMoment = <P extends GetPath>(path: P, input: Input<'get', P>, asOf: string | undefined): Input<'get', P> =>
  asOf && TAKES_AS_OF.has(path) ? { ...input, query: { ...input.query, as_of: asOf } as unknown as QueryOf<P> } : input

export function apiQuery<P extends GetPath>(path: P, input: Input<'get', P> = {}, asOf?: string) {
  const full = withMoment(path, input, asOf)
  return queryOptions<Answer<'get', P>, ApiError>({
    queryKey: ['api', nounOf(path), path, full.path ?? null, full.query ?? null],
    queryFn: ({ signal }) => call('get', path, { ...full, signal }),
  })
}

/** Reads one thing at the moment that the frame shows. */
export function useApi<P extends GetPath>(path: P, input: Input<'get', P> = {}, options: { enabled?: boolean; keep?: boolean; every?: (data: Answer<'get', P> | undefined) => number | false } = {}): UseQueryResult<Answer<'get', P>, ApiError> {
  const asOf = useAsOf()
  return useQuery({
    ...apiQuery(path, input, asOf),
    enabled: options.enabled,
    // For what goes on and sends no events of its progress.
    refetchInterval: ((query: { state: { data?: Answer<'get', P> } }) => options.every?.(query.state.data) ?? false) as never,
    placeholderData: options.keep ? (keepPreviousData as never) : undefined,
  })
}

interface Page<Row> { items: Row[]; next_cursor?: string | null; total?: number | null; as_of?: string }
export type RowOf<P extends GetPath> = Answer<'get', P> extends { items: (infer Row)[] } ? Row : never

/** Reads a list page by page, by cursor: the first page fixes the moment of the whole walk. */
export function useList<P extends GetPath>(path: P, input: Input<'get', P> = {}) {
  const asOf = useAsOf()
  const full = withMoment(path, input, asOf)
  return useInfiniteQuery<Page<RowOf<P>>, ApiError, InfiniteData<Page<RowOf<P>>>, readonly unknown[], string | undefined>({
    queryKey: ['api', nounOf(path), path, full.path ?? null, full.query ?? null, 'list'],
    queryFn: async ({ pageParam, signal }) => {
      const page = { ...full.query, limit: LIST_PAGE, cursor: pageParam } as unknown as QueryOf<P>
      return (await call('get', path, { ...full, query: page, signal })) as unknown as Page<RowOf<P>>
    },
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
}
export type ListQuery = ReturnType<typeof useList>

/** A change. What it touched is told by nouns, and asked again when it succeeded. */
export function useSend<V extends 'post' | 'put' | 'patch' | 'delete', P extends PathOf<V>>(verb: V, path: P, nouns: string[] = [nounOf(path)]) {
  const queries = useQueryClient()
  return useMutation<Answer<V, P>, ApiError, Input<V, P>>({
    mutationFn: (input) => call(verb, path, input),
    onSuccess: () => invalidateNouns(queries, new Set(nouns)),
  })
}

/** Lists that were scrolled far are only marked: asking every page again would be slow and would move rows. */
const PAGES_REFRESHED_MAX = 2

export function invalidateNouns(queries: QueryClient, nouns: ReadonlySet<string> | 'all'): void {
  for (const query of queries.getQueryCache().findAll({ queryKey: ['api'] })) {
    if (nouns !== 'all' && !nouns.has(query.queryKey[1] as string)) continue
    const pages = (query.state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0
    const refetchType = pages > PAGES_REFRESHED_MAX ? 'none' : 'active'
    void queries.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType })
  }
}

/** After an interruption: what could not be read meanwhile is asked again. */
export function askFailedAgain(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: ['api'], predicate: (query) => query.state.fetchFailureCount > 0 || query.state.status === 'error' })
}
