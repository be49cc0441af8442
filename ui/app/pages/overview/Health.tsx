import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Section } from '~/components/Page'
import { useFeedState } from '~/components/feed-state'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'
import { count, of, plural } from '~/util/units'

type Feed = components['schemas']['Feed']
const GAPS_SHOWN = 4

/** Whether the numbers above can be believed: who delivered, how lately, and what is missing. */
export function Health() {
  const feeds = useApi('/api/v1/feeds')
  const coverage = useApi('/api/v1/coverage')
  const error = feeds.error ?? coverage.error
  return (
    <Section title="Data health" note="as of now">
      {error ? <ErrorState error={error} retry={() => { void feeds.refetch(); void coverage.refetch() }} />
        : !feeds.data || !coverage.data ? <SkeletonRows rows={5} />
          : (
            <ul>
              {feeds.data.items.map((feed) => <FeedLine key={feed.name} feed={feed} />)}
              <Scopes coverage={coverage.data} />
            </ul>
          )}
    </Section>
  )
}

const LINE = 'grid min-h-9 grid-cols-[minmax(7rem,11rem)_minmax(0,1fr)_auto] items-center gap-x-3 border-b border-line last:border-0'

function FeedLine({ feed }: { feed: Feed }) {
  const imported = feed.snapshots[0]?.imported_at
  const { state, word } = useFeedState(feed)
  return (
    <li className={LINE}>
      <span className="truncate">{feed.title}</span>
      <StateBadge state={state} className="num">{state === 'ok' ? plural(feed.held, 'record') : word}</StateBadge>
      <span className="num text-xs text-meta">{imported ? <RelativeTime at={imported} /> : 'never imported'}</span>
    </li>
  )
}

function Scopes({ coverage }: { coverage: components['schemas']['Coverage'] }) {
  const gaps = coverage.items.filter((scope) => scope.code)
  return (
    <>
      <li className={LINE}>
        <span>Collection</span>
        <StateBadge state={coverage.scopes === 0 ? 'unknown' : gaps.length ? 'warning' : 'ok'} className="num">{of(coverage.complete, coverage.scopes)} scopes complete</StateBadge>
        <span className="num text-xs text-meta">{plural(gaps.length, 'gap')}</span>
      </li>
      {gaps.slice(0, GAPS_SHOWN).map((scope) => (
        <li key={`${scope.connector_id}${scope.account}${scope.region}${scope.kind}`} className={LINE}>
          <span className="flex min-w-0 items-center gap-1.5 pl-3 text-dim"><StateGlyph state="warning" /><Text>{`${scope.region} · ${scope.account}`}</Text></span>
          <span className="min-w-0 truncate text-dim"><Text>{scope.detail ?? scope.code ?? ''}</Text></span>
          <span className="num text-xs text-meta">{scope.completed_at ? <RelativeTime at={scope.completed_at} /> : 'never complete'}</span>
        </li>
      ))}
      {gaps.length > GAPS_SHOWN && <li className="py-2 text-xs text-meta">and {count(gaps.length - GAPS_SHOWN)} more</li>}
    </>
  )
}
