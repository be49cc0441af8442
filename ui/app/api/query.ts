import {
  infiniteQueryOptions, keepPreviousData, MutationCache, QueryCache, QueryClient, queryOptions, useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient,
  type InfiniteData, type Query, type UseQueryOptions, type UseQueryResult,
} from '@tanstack/react-query'
import { useAsOf } from '~/state/as-of'
import { type Scope, TAKES_SCOPE, useAskedScope, within } from '~/state/scope'
import { call, type Answer, type Input, type PathOf } from './client'
import { type ApiError, asApiError } from './errors'
import { TAKES_AS_OF } from './generated/as-of'

const RETRIES_MAX = 3
/** Events refresh what is on the screen; without a stream, a return to the window does. */
const FRESH_MS = 30_000
/** Not everything that happens is an event (a sync that failed, a colleague's token): nothing that is looked at gets older. */
const OLDEST_MS = 60_000
/** The first page is on the screen soon; those after it are as large as the server gives, so that a long way has few steps. */
const FIRST_PAGE = 200
const NEXT_PAGE = 500

export function makeQueryClient(onUnauthenticated: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => asApiError(error).status === 401 && onUnauthenticated() }),
    // A refused password or link is a 401 as well, and is told where it was typed.
    mutationCache: new MutationCache({ onError: (error) => asApiError(error).code === 'unauthenticated' && onUnauthenticated() }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => asApiError(error).passing && failures < RETRIES_MAX,
        // What was asked ahead of its page and refused is not asked again as the page comes, however long that takes: a refusal is fresh as an answer is.
        retryOnMount: (query) => !asApiError(query.state.error).refusal || Date.now() - query.state.errorUpdatedAt > FRESH_MS,
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

/** What is really asked for: as of the moment, and within the scope, that the page shows. */
function viewOf<P extends GetPath>(path: P, input: Input<'get', P>, asOf: string | undefined, scope: Scope | undefined): Input<'get', P> {
  const full = withMoment(path, input, asOf)
  if (!scope || !TAKES_SCOPE.has(path)) return full
  const query = full.query as { q?: string | null } | undefined
  return { ...full, query: { ...query, q: within(scope, query?.q) } as unknown as QueryOf<P> }
}

export function useView<P extends GetPath>(path: P, input: Input<'get', P>): Input<'get', P> {
  const asOf = useAsOf()
  const scope = useAskedScope()
  return viewOf(path, input, asOf, scope)
}

export function apiQuery<P extends GetPath>(path: P, input: Input<'get', P> = {}, asOf?: string, scope?: Scope) {
  const full = viewOf(path, input, asOf, scope)
  return queryOptions<Answer<'get', P>, ApiError>({
    queryKey: ['api', nounOf(path), path, full.path ?? null, full.query ?? null],
    queryFn: ({ signal }) => call('get', path, { ...full, signal }),
  })
}

/** Either what was read, or why there is nothing to show; neither while it is asked for the first time. */
type Shown<T> = { data: T; error: null } | { data: undefined; error: ApiError | null }
export type Read<T> = Shown<T> & { isPending: boolean; isPlaceholderData: boolean; refetch: () => unknown }

/** What was read stays when it cannot be read again, and `StaleBanner` says so for every part of a page; a refusal takes it away. */
function held<T>(data: T | undefined, error: ApiError | null): Shown<T> {
  return data === undefined || error?.refusal ? { data: undefined, error } : { data, error: null }
}

/** The past does not change. */
const refreshEvery = (path: string, asOf: string | undefined) => (asOf && TAKES_AS_OF.has(path) ? false : OLDEST_MS)

interface Options<T> {
  enabled?: boolean
  /** Shows the previous answer while another question is asked. */
  keep?: boolean
  /** Asks for all of it, whatever the scope of the page. */
  whole?: boolean
  /** For what goes on and sends no events of its progress. */
  every?: (data: T | undefined) => number | false
}

/** Reads one thing at the moment that the frame shows. */
export function useApi<P extends GetPath>(path: P, input: Input<'get', P> = {}, options: Options<Answer<'get', P>> = {}): Read<Answer<'get', P>> {
  const asOf = useAsOf()
  const scope = useAskedScope()
  const every = (query: { state: { data?: Answer<'get', P> } }) => options.every?.(query.state.data) || refreshEvery(path, asOf)
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    ...apiQuery(path, input, asOf, options.whole ? undefined : scope),
    enabled: options.enabled,
    // Only while the page can be seen.
    refetchInterval: every as never,
    placeholderData: options.keep ? (keepPreviousData as never) : undefined,
  })
  return { ...held(data, error), isPending, isPlaceholderData, refetch }
}

/** Reads the same of several, each as `useApi` does. */
export function useApis<P extends GetPath>(path: P, inputs: Input<'get', P>[]): Pick<Read<Answer<'get', P>>, 'data' | 'error' | 'isPending'>[] {
  const asOf = useAsOf()
  const scope = useAskedScope()
  const found: UseQueryResult<Answer<'get', P>, ApiError>[] = useQueries({
    queries: inputs.map((input) => ({ ...apiQuery(path, input, asOf, scope), refetchInterval: refreshEvery(path, asOf) }) as UseQueryOptions<Answer<'get', P>, ApiError>),
  })
  return found.map(({ data, error, isPending }) => ({ ...held(data, error), isPending }))
}

interface Page<Row> { items: Row[]; next_cursor?: string | null; total?: number | null; as_of?: string }
export type RowOf<P extends GetPath> = Answer<'get', P> extends { items: (infer Row)[] } ? Row : never

const short = (query: { state: { data?: unknown } }) => !isLong(query.state.data)

/** Page by page, by cursor: the first page fixes the moment of the whole walk. */
function listQuery<P extends GetPath>(path: P, input: Input<'get', P>, asOf?: string, scope?: Scope) {
  const full = viewOf(path, input, asOf, scope)
  return infiniteQueryOptions<Page<RowOf<P>>, ApiError, InfiniteData<Page<RowOf<P>>>, readonly unknown[], string | undefined>({
    queryKey: ['api', nounOf(path), path, full.path ?? null, full.query ?? null, 'list'],
    queryFn: async ({ pageParam, signal }) => {
      const page = { ...full.query, limit: pageParam ? NEXT_PAGE : FIRST_PAGE, cursor: pageParam } as unknown as QueryOf<P>
      return (await call('get', path, { ...full, query: page, signal })) as unknown as Page<RowOf<P>>
    },
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    // Old by an event only, so that the list can say that something changed. A long one waits to be asked.
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** What the frame shows, as far as it decides what is asked. */
export interface View { asOf?: string; scope?: Scope }
/** A question put before the part that shows its answer is drawn: that part then finds it under way, or answered. Ends with its first answer. */
export type Ask = (queries: QueryClient, view: View) => Promise<void> | undefined

export const ask = <P extends GetPath>(path: P, input: Input<'get', P> = {}): Ask =>
  (queries, { asOf, scope }) => {
    const query = apiQuery(path, input, asOf, scope)
    return awaited(queries, query.queryKey, queries.prefetchQuery(query))
  }

export const askList = <P extends GetPath>(path: P, input: Input<'get', P> = {}): Ask =>
  (queries, { asOf, scope }) => {
    const query = listQuery(path, input, asOf, scope)
    return awaited(queries, query.queryKey, queries.prefetchInfiniteQuery(query))
  }

/** What was answered before is shown at once, while it is asked again. */
const awaited = (queries: QueryClient, key: readonly unknown[], answer: Promise<void>) => (queries.getQueryData(key) === undefined ? answer : undefined)

export function useList<P extends GetPath>(path: P, input: Input<'get', P> = {}) {
  const asOf = useAsOf()
  const scope = useAskedScope()
  const queries = useQueryClient()
  const { queryKey, ...rest } = listQuery(path, input, asOf, scope)
  const list = useInfiniteQuery({
    ...rest, queryKey,
    refetchOnMount: short,
    refetchOnWindowFocus: short,
    refetchOnReconnect: short,
    refetchInterval: (query) => short(query) && refreshEvery(path, asOf),
  })
  /** One request or few: a long list starts again at its top. */
  const refetch = () => {
    if (isLong(list.data)) queries.setQueryData<InfiniteData<Page<RowOf<P>>>>(queryKey, (old) => old && { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) })
    return list.refetch()
  }
  const shown = held(list.data, list.error)
  return {
    ...shown, refetch, isLong: isLong(shown.data),
    /** Rows are there, but could not be read again or read on. */
    problem: shown.data ? list.error : null,
    isPending: list.isPending, isStale: list.isStale, hasNextPage: list.hasNextPage,
    isFetchingNextPage: list.isFetchingNextPage, fetchNextPage: list.fetchNextPage,
    /** What is asked, whatever the order: another question has other rows. */
    question: JSON.stringify([path, queryKey[3], { ...(queryKey[4] as object | null), sort: undefined }]),
  }
}

/** A change. What it touched is told by nouns, and asked again when it succeeded. */
export function useSend<V extends 'post' | 'put' | 'patch' | 'delete', P extends PathOf<V>>(verb: V, path: P, nouns: readonly string[] = [nounOf(path)]) {
  const queries = useQueryClient()
  return useMutation<Answer<V, P>, ApiError, Input<V, P>>({
    mutationFn: (input) => call(verb, path, input),
    onSuccess: () => invalidateNouns(queries, new Set(nouns)),
  })
}

/** Lists that were scrolled far are only marked: asking every page again would be slow and would move rows. */
const PAGES_REFRESHED_MAX = 2
const pagesOf = (data: unknown) => (data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0
const isLong = (data: unknown) => pagesOf(data) > PAGES_REFRESHED_MAX

export function invalidateNouns(queries: QueryClient, nouns: ReadonlySet<string> | 'all'): void {
  for (const query of queries.getQueryCache().findAll({ queryKey: ['api'] })) {
    if (nouns !== 'all' && !nouns.has(query.queryKey[1] as string)) continue
    const refetchType = isLong(query.state.data) ? 'none' : 'active'
    void queries.invalidateQueries({ queryKey: query.queryKey, exact: true, refetchType })
  }
}

/** On the screen, but not what the server would say now. */
export const isOld = (query: Query) =>
  query.queryKey[0] === 'api' && query.isActive() && query.state.data !== undefined && query.state.status === 'error' && !asApiError(query.state.error).refusal

/** After an interruption: what could not be read meanwhile is asked again. What was refused was read. */
export function askFailedAgain(queries: QueryClient): void {
  const failed = ({ state }: Query) => (state.status === 'error' ? !asApiError(state.error).refusal : state.fetchFailureCount > 0)
  void queries.invalidateQueries({ queryKey: ['api'], predicate: failed })
}
