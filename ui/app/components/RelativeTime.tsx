import { useAsOf } from '~/state/as-of'
import { useSyncExternalStore } from 'react'
import { absolute, relative } from '~/util/time'

const TICK_MS = 30_000
let now = new Date()
const readers = new Set<() => void>()
setInterval(() => {
  now = new Date()
  for (const reader of readers) reader()
}, TICK_MS)

/** One clock for the page. */
/** The moment that the page shows: what is old or past is so as of then. */
export function useMoment(): Date {
  const now = useNow()
  const asOf = useAsOf()
  return asOf ? new Date(asOf) : now
}

export const useNow = () =>
  useSyncExternalStore((reader) => (readers.add(reader), () => readers.delete(reader)), () => now)

/** `3 h ago`, with the moment and its zone on hover. */
export function RelativeTime({ at, className }: { at: string | number | Date; className?: string }) {
  const moment = new Date(at)
  const clock = useNow()
  return (
    <time dateTime={moment.toISOString()} title={absolute(moment)} className={className}>
      {relative(moment, clock < moment && moment.getTime() - clock.getTime() < 2 * TICK_MS ? moment : clock)}
    </time>
  )
}
