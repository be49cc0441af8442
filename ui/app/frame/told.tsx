import { useApi } from '~/api/query'
import { isUnderWay, syncWords } from '~/pages/connectors/words'
import type { components } from '~/api/generated/schema'
import { Link, LINK } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { syncState } from '~/util/states'
import { count, plural } from '~/util/units'

type Feeds = components['schemas']['Feeds']

/** What goes on behind an action sends no events of its progress. */
const WATCH_MS = 1_500

/** How a collection goes that was asked for, until it ended. */
export function SyncTold({ id, connector, name }: { id: string; connector: string; name: string }) {
  const sync = useApi('/api/v1/syncs/{id}', { path: { id } }, { every: (data) => (data && !isUnderWay(data) ? false : WATCH_MS) }).data
  return (
    <>
      <StateBadge state={syncState(sync?.outcome ?? 'queued')}>{sync?.outcome ?? 'queued'}</StateBadge>
      <span>Collection of <Text>{name}</Text>{sync && !isUnderWay(sync) && `: ${syncWords(sync)}`}</span>
      {sync?.detail && <Text>{sync.detail}</Text>}
      <Link to={path.connector(connector)} className={LINK}>Open the connector</Link>
    </>
  )
}

/** A feed's runs since it was asked for. */
export function FeedTold({ feed, title, since }: { feed: string; title: string; since: string }) {
  const runsOf = (data: Feeds | undefined) => data?.items.find((each) => each.name === feed)?.runs.filter((run) => run.started_at >= since) ?? []
  const feeds = useApi('/api/v1/feeds', {}, { every: (data) => (runsOf(data).some((run) => run.state === 'running') ? WATCH_MS : false) })
  const runs = runsOf(feeds.data)
  const word = runs.find((run) => run.state === 'running')?.state ?? runs.find((run) => run.code)?.state ?? runs[0]?.state ?? 'running'
  const problem = runs.find((run) => run.code)
  return (
    <>
      <StateBadge state={syncState(word)}>{word}</StateBadge>
      <span>Sync of <Text>{title}</Text></span>
      {problem && <span className="min-w-0"><code className="text-xs">{problem.code}</code> <Text>{problem.detail ?? ''}</Text></span>}
      <Link to={path.feeds()} className={LINK}>Open the feeds</Link>
    </>
  )
}

/** Drift is judged in the background: done when the summary speaks of that moment. */
export function JudgedTold({ at }: { at: string }) {
  const judged = (moment: string | null | undefined) => moment != null && Date.parse(moment) >= Date.parse(at)
  const summary = useApi('/api/v1/drift/summary', {}, { every: (data) => (judged(data?.judged_at) && !data?.judging ? false : WATCH_MS) }).data
  const done = judged(summary?.judged_at) && !summary?.judging
  return (
    <>
      <StateBadge state={done ? 'ok' : 'progress'}>{done ? 'judged' : 'being judged'}</StateBadge>
      <span>{done && summary ? `${plural(summary.total.total, 'asset')}: ${count(summary.total.current)} current, ${count(summary.total.outdated)} outdated, ${count(summary.total.unknown)} unknown` : 'Every asset is judged again'}</span>
      <Link to={path.drift()} className={LINK}>Open drift</Link>
    </>
  )
}
