import { useApi } from '~/api/query'
import { KeyValue, PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, Unknown } from '~/ui/State'
import { CopyButton, Text } from '~/ui/Text'
import { usePhone } from '~/util/media'
import { span } from '~/util/time'
import { count, of, plural } from '~/util/units'
import { useFeedState } from '~/components/feed-state'
import { ImportButton, SyncButton } from './FeedActions'
import { History } from './History'
import { RunWords } from './RunWords'
import { PROGRESS_MS, type Feed } from './words'

type Run = Feed['runs'][number]
type Snapshot = Feed['snapshots'][number]

const HEAD = 'text-left text-xs text-meta [&_th]:px-2 [&_th]:pb-1 [&_th]:font-normal [&_th:first-child]:pl-0'
/** The same in each feed, so that they stand below each other. */
const COLUMNS = ['w-[26%]', 'w-[10%]', 'w-[8%]', 'w-[10%]', 'w-[12%]', '']
const ROW = 'border-t border-line [&>*]:px-2 [&>*]:py-1.5 [&>*]:align-top [&>:first-child]:pl-0'

const running = (feeds: Feed[]) => feeds.some((feed) => feed.runs.some((run) => run.state === 'running'))

export default function FeedsPage() {
  const feeds = useApi('/api/v1/feeds', {}, { every: (data) => (running(data?.items ?? []) ? PROGRESS_MS : false) })
  const data = feeds.data
  const filled = data?.items.filter((feed) => !feed.empty).length ?? 0
  return (
    <div className="pb-8">
      <PageHeader title="Feeds" count={data && <>{of(filled, data.items.length)} hold something · {data.feeds_as_of ? <>newest import <RelativeTime at={data.feeds_as_of} /></> : 'nothing was imported yet'}</>} />
      <p className="max-w-[80ch] pb-3 text-dim">What this installation knows of vulnerabilities, the same for every organisation. What a feed does not tell is not known, and is counted as such.</p>
      {feeds.error && !data ? <ErrorState error={feeds.error} retry={() => void feeds.refetch()} />
        : !data ? <SkeletonRows rows={12} /> : <div className="grid gap-6">{data.items.map((feed) => <FeedSection key={feed.name} feed={feed} />)}</div>}
    </div>
  )
}

function FeedSection({ feed }: { feed: Feed }) {
  const state = useFeedState(feed)
  return (
    <Section title={feed.title} note={<span className="inline-flex flex-wrap items-center gap-x-3"><StateBadge state={state.state}>{state.word}</StateBadge><span>{plural(feed.held, 'record')} held</span></span>}
      actions={<><History feed={feed} /><SyncButton feed={feed} /><ImportButton feed={feed} /></>}>
      <p className="pb-2 text-dim">{feed.summary}</p>
      {feed.schedule && <Schedule schedule={feed.schedule} />}
      {feed.snapshots.length === 0 && feed.runs.length === 0
        ? <EmptyState compact title="Nothing was ever imported" command={`qlrf feed sync ${feed.name}`}>Fetch it from its publisher, or import a file where this machine may not go out.</EmptyState>
        : <Sources feed={feed} />}
    </Section>
  )
}

/** When it comes by itself, and how that went lately. */
function Schedule({ schedule: { interval_s: interval, next_at: next, failures, code, detail, last_success_at: success, last_failure_at: failure } }: { schedule: NonNullable<Feed['schedule']> }) {
  return (
    <p className="num flex flex-wrap items-center gap-x-3 pb-2 text-xs text-meta">
      <span>{interval ? `fetched every ${span(interval) || `${interval} s`}` : 'fetched by hand only'}</span>
      {next && <span>next <RelativeTime at={next} /></span>}
      {success && <span>last success <RelativeTime at={success} /></span>}
      {failure && <span>last failure <RelativeTime at={failure} /></span>}
      {failures > 0 && <><StateBadge state="critical">{plural(failures, 'failure')} in a row</StateBadge>{interval && next && <span>it waits longer than usual</span>}{code && <code className="break-all">{code}</code>}</>}
      {detail && <Text wrap>{detail}</Text>}
    </p>
  )
}

/** One line for each source: what holds of it, and how its last run went. */
function Sources({ feed }: { feed: Feed }) {
  const rows = paired(feed)
  if (usePhone()) return <ul aria-label={`Sources of ${feed.title}`} className="grid gap-4">{rows.map((row) => <SourceCard key={`${row.snapshot?.id} ${row.run?.started_at}`} {...row} />)}</ul>
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`Sources of ${feed.title}`}>
      <table className="num w-full min-w-200 table-fixed">
        <colgroup>{COLUMNS.map((width, i) => <col key={i} className={width} />)}</colgroup>
        <thead className={HEAD}><tr><th scope="col">Source</th><th scope="col">Snapshot</th><th scope="col" className="text-right!">Records</th><th scope="col">Imported</th><th scope="col">States up to</th><th scope="col">Last run</th></tr></thead>
        <tbody>
          {rows.map((row) => <SourceRow key={`${row.snapshot?.id} ${row.run?.started_at}`} {...row} />)}
        </tbody>
      </table>
    </div>
  )
}

interface Row { snapshot?: Snapshot; run?: Run }

/** By source, where the caller is told it; else each stands alone. */
function paired({ snapshots, runs }: Feed): Row[] {
  const same = (source: string | null | undefined) => (each: { source?: string | null }) => source != null && each.source === source
  const alone = runs.filter((run) => !snapshots.some(same(run.source)))
  return [...snapshots.map((snapshot): Row => ({ snapshot, run: runs.find(same(snapshot.source)) })), ...alone.map((run): Row => ({ run }))]
}

/** The cells of a source, the same in a row and on a card. */
function cellsOf({ snapshot, run }: Row) {
  const name = snapshot?.source ?? run?.source
  return {
    name: name ? <Text wrap>{name}</Text> : <span className="text-meta">told to administrators</span>,
    snapshot: snapshot ? <span className="flex items-center" title={`SHA-256 ${snapshot.digest}`}><Text mono>{snapshot.id.slice(-8)}</Text><CopyButton text={snapshot.id} label="Copy snapshot id" /></span> : <Unknown />,
    records: <>{snapshot ? count(snapshot.records) : <Unknown />}{snapshot && snapshot.problems > 0 && <div><StateBadge state="warning">{count(snapshot.problems)} not readable</StateBadge></div>}</>,
    imported: snapshot ? <RelativeTime at={snapshot.imported_at} /> : 'never',
    newest: snapshot?.newest ? <RelativeTime at={snapshot.newest} /> : <Unknown why="The feed states no moment" />,
    run: run ? <RunWords run={run} /> : <Unknown />,
  }
}

function SourceRow(row: Row) {
  const cells = cellsOf(row)
  return (
    <tr className={ROW}>
      <th scope="row" className="text-left font-normal break-words">{cells.name}</th>
      <td className="whitespace-nowrap">{cells.snapshot}</td>
      <td className="text-right whitespace-nowrap">{cells.records}</td>
      <td className="whitespace-nowrap">{cells.imported}</td>
      <td className="whitespace-nowrap">{cells.newest}</td>
      <td>{cells.run}</td>
    </tr>
  )
}

function SourceCard(row: Row) {
  const cells = cellsOf(row)
  return (
    <li>
      <p className="font-semibold">{cells.name}</p>
      <KeyValue rows={[['Last run', cells.run], ['Records', cells.records], ['Imported', cells.imported], ['States up to', cells.newest], ['Snapshot', cells.snapshot]]} />
    </li>
  )
}
