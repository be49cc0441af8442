import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateGlyph } from '~/ui/State'
import { Command, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import type { State } from '~/util/states'
import { count, days, of, plural } from '~/util/units'

type Overview = components['schemas']['Overview']
type Matter = components['schemas']['AttentionItem']
interface Item { id: string; state: State; what: React.ReactNode; why: React.ReactNode; to?: string; next?: string; command?: string }

const ITEMS_MAX = 9
/** Neither a long list of findings nor the estate's own matters push the others out. */
const FOUND_MIN = 4

/** What needs a hand, worst first, each with why it is here and what comes next. */
export function Attention({ overview }: { overview: Overview | undefined }) {
  const ranked = useApi('/api/v1/overview/attention')
  const waiting = !overview || (!ranked.data && !ranked.error)
  const own = overview ? estate(overview) : []
  const found = (ranked.data?.items ?? []).slice(0, Math.max(FOUND_MIN, ITEMS_MAX - own.length)).map(matter)
  const items = [...found, ...own].sort((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state))
  const counted = (ranked.data?.totals ?? []).reduce((sum, each) => sum + (each.total ?? 0), 0)
  const unknown = (ranked.data?.totals ?? []).filter((each) => each.total == null).length
  return (
    <Section title="Needs attention" note={ranked.error ? 'what the server ranks is not known' : !waiting && <>{plural(Math.max(counted, found.length) + own.length, 'matter')}{unknown > 0 && ` · ${plural(unknown, 'kind')} not known`}</>}>
      {ranked.error && <ErrorState compact error={ranked.error} retry={() => void ranked.refetch()} />}
      {ranked.error && items.length === 0 ? null : waiting ? <SkeletonRows rows={6} className="h-[45px]" /> : items.length === 0
        ? <p className="flex items-center gap-2 py-2 text-dim"><StateGlyph state="ok" />Nothing among what is known.</p>
        : <ul>{items.map((item) => <Line key={item.id} item={item} />)}</ul>}
      {counted > found.length && <p className="num pt-1.5 text-xs text-meta">and {count(counted - found.length)} more of the same kinds: <Link to={path.vulnerabilities({ kev: 'true' })} className={LINK}>known exploited</Link>, <Link to={path.vulnerabilities({ sla: 'breached' })} className={LINK}>past their date</Link></p>}
    </Section>
  )
}

const RANK: State[] = ['critical', 'warning', 'unknown', 'progress']

function Line({ item }: { item: Item }) {
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2.5 border-b border-line py-1.5 last:border-0">
      <StateGlyph state={item.state} /><span className="sr-only">{item.state}:</span>
      <div className="min-w-0">
        <p className="truncate">{item.what}</p>
        <p className="num truncate text-xs text-meta">{item.why}</p>
      </div>
      {item.to && <Link to={item.to} className={`${LINK} whitespace-nowrap`}>{item.next}</Link>}
      {item.command && <span className="max-sm:hidden"><Command>{item.command}</Command></span>}
    </li>
  )
}

const NEXT: Record<string, (resource: string) => string> = {
  vulnerabilities: (id) => path.vulnerability(id),
  feeds: () => path.feeds(),
}
const COMMANDS: Record<string, string> = { scope_not_listed: 'qlrf connector coverage', connector_failing: 'qlrf connector list', feed_empty: 'qlrf feed sync' }

/** What the server ranked, with the way to its assets and to the thing itself. */
function matter(item: Matter): Item {
  const [noun = '', id = ''] = item.resource.split('/')
  const open = NEXT[noun]?.(id)
  return {
    id: `${item.kind} ${item.title}`,
    state: item.kind === 'feed_empty' ? 'unknown' : item.level === 'critical' ? 'critical' : 'warning',
    what: <>{open ? <Link to={open} className="font-semibold hover:underline"><Text>{item.title}</Text></Link> : <strong className="font-semibold"><Text>{item.title}</Text></strong>}{item.simulated > 0 && <> <SimulatedBadge compact /></>}</>,
    why: <><Text wrap>{item.why}</Text>{item.since && <> · since <RelativeTime at={item.since} /></>}</>,
    to: item.filter ? path.fleet({ q: item.filter }) : undefined,
    next: item.assets != null ? plural(item.assets, 'asset') : 'its assets',
    command: item.filter ? undefined : COMMANDS[item.kind],
  }
}

/** What no finding says: how far the estate is behind, and what is not known of it. */
function estate({ patch_lag: lag, collection, drift, security_updates: updates }: Overview): Item[] {
  const all: (Item | false)[] = [
    lag.critical > 0 && { id: 'lag', state: 'critical', what: 'Images superseded for more than 30 d still run', why: `${of(lag.critical, lag.measured)} measured assets · p90 ${days(lag.p90_days ?? 0)}`, to: path.fleet({ q: 'drift:outdated', sort: 'drift_since' }), next: plural(lag.behind, 'asset') + ' behind' },
    updates.updates > 0 && { id: 'updates', state: 'warning', what: 'Security updates are due', why: `${count(updates.updates)} updates on ${of(updates.assets_pending, updates.known)} assets whose package manager answered`, to: path.fleet({ sort: '-pending_security' }), next: plural(updates.assets_pending, 'asset') },
    drift.unmanaged > 0 && { id: 'unmanaged', state: 'unknown', what: 'Assets without a golden image', why: `${of(drift.unmanaged, drift.total)} assets run something that no contract describes`, to: path.fleet({ q: 'drift:unmanaged' }), next: plural(drift.unmanaged, 'asset') },
    drift.unknown > 0 && { id: 'unknown', state: 'unknown', what: 'Drift is not known', why: `${of(drift.unknown, drift.total)} assets could not be compared`, to: path.fleet({ q: 'drift:unknown' }), next: plural(drift.unknown, 'asset') },
    collection.never_synced > 0 && { id: 'never', state: 'progress', what: 'Connectors were never collected', why: of(collection.never_synced, collection.connectors) + ' connectors', command: 'qlrf connector list' },
  ]
  return all.filter((item): item is Item => item !== false)
}
