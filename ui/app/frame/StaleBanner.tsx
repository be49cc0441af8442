import { replaceEqualDeep, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { asApiError } from '~/api/errors'
import { useLive } from '~/api/live'
import { invalidateNouns, isOld, nounOf } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { Button } from '~/ui/Button'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'

/** Over the page, so that nothing moves: what is shown is no longer what is. */
export function StaleBanner() {
  const live = useLive()
  const queries = useQueryClient()
  const old = useOld(queries)
  return (
    <div role="status" className="flex max-w-full justify-center">
      {live.state === 'stale' ? (
        <Notice action="Ask now" onAct={() => invalidateNouns(queries, 'all')}>
          No connection to the server since <RelativeTime at={live.since} />. What you see is of before; the page keeps trying.
        </Notice>
      ) : old && (
        <Notice action="Try again" onAct={() => void queries.refetchQueries({ predicate: isOld })}>
          Not refreshed: {old.parts}. Shown is what was read <RelativeTime at={old.readAt} />; <Text wrap>{old.message}</Text> <code className="text-xs text-meta">{old.code}</code>
        </Notice>
      )}
    </div>
  )
}

function Notice({ action, onAct, children }: { action: string; onAct: () => void; children: React.ReactNode }) {
  return (
    <div className="pointer-events-auto flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-surface px-3 py-2 shadow-pop">
      <StateBadge state="stale">Stale</StateBadge>
      <span>{children}</span>
      <Button onClick={onAct}>{action}</Button>
    </div>
  )
}

/** Parts of this page that hold what was read before, because they could not be read again. */
interface Old { parts: string; readAt: number; message: string; code: string }

function oldOf(queries: QueryClient): Old | undefined {
  const found = queries.getQueryCache().findAll({ predicate: isOld })
  const first = found[0]
  if (!first) return undefined
  const error = asApiError(first.state.error)
  const parts = [...new Set(found.map((query) => nounOf(String(query.queryKey[2]))))].join(', ')
  const readAt = Math.min(...found.map((query) => query.state.dataUpdatedAt))
  return { parts, readAt, message: error.message, code: error.code }
}

/** Asked of every query, so that no part of a page has to remember to say it; the same answer stays the same object. */
function storeOf(queries: QueryClient) {
  let shown: Old | undefined
  return {
    subscribe: (reader: () => void) => queries.getQueryCache().subscribe(reader),
    read: () => (shown = replaceEqualDeep(shown, oldOf(queries)) as Old | undefined),
  }
}

function useOld(queries: QueryClient): Old | undefined {
  const store = useMemo(() => storeOf(queries), [queries])
  return useSyncExternalStore(store.subscribe, store.read)
}
