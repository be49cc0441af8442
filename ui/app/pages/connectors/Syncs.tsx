import { useState } from 'react'
import { useList } from '~/api/query'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { Actor } from '~/ui/Actor'
import { Button } from '~/ui/Button'
import { CodeLink } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { syncState } from '~/util/states'
import { span } from '~/util/time'
import { count, of, plural } from '~/util/units'
import { isUnderWay, syncWords, type Connector, type Sync } from './words'

const SHOWN = 20

/** Every collection, the newest first: what each changed, what it could not see and why, how long it took and how much it asked. */
export function Syncs({ connector }: { connector: Connector }) {
  const syncs = useList('/api/v1/connectors/{id}/syncs', { path: { id: connector.id } })
  const [shown, setShown] = useState(SHOWN)
  const rows = syncs.data?.pages.flatMap((page) => page.items) ?? []
  const total = syncs.data?.pages[0]?.total ?? 0
  const more = () => {
    setShown(shown + SHOWN)
    if (shown + SHOWN > rows.length && syncs.hasNextPage) void syncs.fetchNextPage()
  }
  return (
    <Section title="Collections" note={syncs.data && `${plural(total, 'collection')}, the newest first`}>
      {syncs.error ? <ErrorState compact error={syncs.error} retry={() => void syncs.refetch()} />
        : !syncs.data ? <SkeletonRows rows={4} className="h-12" />
          : rows.length === 0 ? <EmptyState compact title="Nothing was collected yet" command={`qlrf connector sync ${connector.name}`} />
            : <ol aria-label="Collections">{rows.slice(0, shown).map((sync) => <Line key={sync.id} sync={sync} />)}</ol>}
      {syncs.problem ? <ErrorState compact error={syncs.problem} /> : null}
      {shown < total && <Button className="mt-2" disabledReason={syncs.isFetchingNextPage ? 'Being read' : undefined} onClick={more}>Show {count(Math.min(SHOWN, total - shown))} more of {count(total)}</Button>}
    </Section>
  )
}

function Line({ sync }: { sync: Sync }) {
  const whole = sync.scopes - sync.partial_scopes
  return (
    <li className="num grid grid-cols-[8rem_minmax(0,1fr)_auto] gap-x-4 border-b border-line py-2 last:border-0 max-md:grid-cols-1">
      <StateBadge state={syncState(sync.outcome)} className="self-start">{sync.outcome}</StateBadge>
      <div className="min-w-0">
        <p>{isUnderWay(sync) ? 'under way' : syncWords(sync)}</p>
        {sync.detail && <p className="text-dim"><Text wrap>{sync.detail}</Text></p>}
        <p className="flex flex-wrap gap-x-3 text-xs text-meta">
          {sync.scopes > 0 && <span>{of(whole, sync.scopes)} scopes complete</span>}
          {sync.problems > 0 && <span>{plural(sync.problems, 'problem')}</span>}
          {sync.requests != null && sync.requests > 0 && <span>{plural(sync.requests, 'request')} to the provider</span>}
          {sync.code && <CodeLink code={sync.code} help={sync.help} />}
          <span className="min-w-0">asked for by <Actor>{sync.requested_by}</Actor></span>
        </p>
      </div>
      <p className="text-right text-xs text-meta max-md:text-left"><RelativeTime at={sync.ended_at ?? sync.started_at ?? sync.queued_at} />{sync.started_at && sync.ended_at && <> · took {took(sync.started_at, sync.ended_at)}</>}</p>
    </li>
  )
}

const took = (from: string, to: string) => {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000
  return span(seconds) || `${seconds.toFixed(1)} s`
}
