import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { useFeedState } from '~/components/feed-state'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { useAsOf } from '~/state/as-of'
import { Link } from '~/ui/Link'
import { Skeleton } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { path } from '~/util/path-builder'
import type { State } from '~/util/states'
import { of, plural } from '~/util/units'

type Schemas = components['schemas']
type Feed = Schemas['Feed']

/** Whether the numbers can be believed: who delivered, how lately, and what is missing. Always as of now. */
export function Health() {
  const asOf = useAsOf()
  const health = useApi('/api/v1/overview/health')
  const coverage = useApi('/api/v1/coverage/summary')
  const feeds = useApi('/api/v1/feeds')
  const error = health.error ?? feeds.error
  return (
    <section aria-labelledby="health" className="num flex min-h-8 flex-wrap items-center gap-x-5 gap-y-1 border-t border-line py-2 text-xs">
      <h2 id="health" className="font-semibold">Data health{asOf && <span className="font-normal text-meta"> · as of now</span>}</h2>
      {error && (!health.data || !feeds.data) ? <ErrorState compact error={error} retry={() => { void health.refetch(); void feeds.refetch() }} />
        : !health.data || !feeds.data ? <Skeleton className="h-4 w-96 max-w-full" />
          : <><Collections health={health.data} figures={coverage.data?.scopes} />{feeds.data.items.map((feed) => <FeedMark key={feed.name} feed={feed} />)}</>}
    </section>
  )
}

function Mark({ to, name, state, children }: { to: string; name: string; state: State; children: React.ReactNode }) {
  return <Link to={to} className="flex items-center gap-1.5 hover:underline"><span className="text-dim">{name}</span><StateBadge state={state}>{children}</StateBadge></Link>
}

function Collections({ health, figures }: { health: Schemas['DataHealth']; figures: Schemas['CoverageSummary']['scopes'] | undefined }) {
  const { connectors, connectors_complete: complete, connectors_never_synced: never, scopes } = health
  const whole = figures?.complete_fresh === figures?.total
  return (
    <>
      <Mark to={path.connectors()} name="Collections" state={connectors === 0 || never === connectors ? 'unknown' : complete < connectors ? 'warning' : 'ok'}>{of(complete, connectors)} complete</Mark>
      {figures && <Mark to={whole ? path.coverage() : path.coverage({ state: 'complete', freshness: 'fresh' })} name="Coverage" state={scopes === 0 || figures.unknown > 0 ? 'unknown' : whole ? 'ok' : 'warning'}>{of(figures.complete_fresh, figures.total)} scopes complete and fresh</Mark>}
      {figures && figures.permission_gaps > 0 && <Mark to={path.coverage({ gaps: 'true' })} name="Permissions" state="critical">{plural(figures.permission_gaps, 'gap')}</Mark>}
    </>
  )
}

function FeedMark({ feed }: { feed: Feed }) {
  const { state, word } = useFeedState(feed)
  const imported = feed.snapshots[0]?.imported_at
  return (
    <Mark to={path.feeds()} name={feed.name.toUpperCase()} state={state}>
      <span>{state === 'unknown' || !imported ? word : <RelativeTime at={imported} />}{state !== 'ok' && state !== 'unknown' && `, ${word}`}</span>
    </Mark>
  )
}
