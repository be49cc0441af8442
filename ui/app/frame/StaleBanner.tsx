import { useQueryClient } from '@tanstack/react-query'
import { useLive } from '~/api/live'
import { invalidateNouns } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { Button } from '~/ui/Button'
import { StateBadge } from '~/ui/State'

/** Over the page, so that nothing moves: what is shown is no longer what is. */
export function StaleBanner() {
  const live = useLive()
  const queries = useQueryClient()
  return (
    <div role="status" className="flex max-w-full justify-center">
      {live.state === 'stale' && (
        <div className="pointer-events-auto flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-surface px-3 py-2 shadow-pop">
          <StateBadge state="stale">Stale</StateBadge>
          <span>No connection to the server since <RelativeTime at={live.since} />. What you see is of before; the page keeps trying.</span>
          <Button onClick={() => invalidateNouns(queries, 'all')}>Ask now</Button>
        </div>
      )}
    </div>
  )
}
