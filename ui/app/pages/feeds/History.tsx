import { History as Clock } from 'lucide-react'
import { useState } from 'react'
import { useApi } from '~/api/query'
import { EmptyState, ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { SkeletonRows } from '~/ui/Skeleton'
import { Text } from '~/ui/Text'
import { count, plural } from '~/util/units'
import { RunWords } from './RunWords'
import type { Feed } from './words'

/** The server's own bound: the newest of them. */
const LISTED_MAX = 200

/** How a feed was fetched before: a run that failed at night is not hidden by the one that went well after it. */
export function History({ feed }: { feed: Feed }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<Clock />} onClick={() => setOpen(true)} aria-label={`Runs of ${feed.title}`}>Runs</Button>
      <Sheet open={open} onOpenChange={setOpen} title={`Runs of ${feed.title}`} description="The newest first, those of the last 90 days."><Runs feed={feed} /></Sheet>
    </>
  )
}

function Runs({ feed }: { feed: Feed }) {
  const runs = useApi('/api/v1/feeds/{feed}/runs', { path: { feed: feed.name } })
  const { data } = runs
  if (runs.error) return <ErrorState error={runs.error} retry={() => void runs.refetch()} />
  if (!data) return <SkeletonRows rows={8} className="h-10" />
  if (data.length === 0) return <EmptyState compact title="Nothing was fetched or imported yet" command={`qlrf feed sync ${feed.name}`} />
  return (
    <>
      <p className="num pb-2 text-xs text-meta">{data.length < LISTED_MAX ? plural(data.length, 'run') : `the newest ${count(LISTED_MAX)} runs`}</p>
      <ol aria-label="Runs" tabIndex={0}>
        {data.map((run) => (
          <li key={`${run.source} ${run.started_at}`} className="num border-b border-line py-2 last:border-0">
            <RunWords run={run} />
            {run.source && <p className="text-xs break-words text-meta"><Text wrap>{run.source}</Text></p>}
          </li>
        ))}
      </ol>
    </>
  )
}
