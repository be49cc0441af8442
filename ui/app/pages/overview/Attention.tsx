import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateGlyph } from '~/ui/State'
import { Command, Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import type { State } from '~/util/states'
import { count, days, of, plural } from '~/util/units'

type Overview = components['schemas']['Overview']
type Finding = components['schemas']['VulnerabilitySummary']
interface Item { id: string; state: State; what: React.ReactNode; why: string; to?: string; next?: string; command?: string }

const EXPLOITED_SHOWN = 4
const ITEMS_MAX = 9

/** What needs a hand, worst first, each with why it is here and what comes next. */
export function Attention({ overview }: { overview: Overview | undefined }) {
  const exploited = useApi('/api/v1/vulnerabilities', { query: { kev: true, limit: EXPLOITED_SHOWN } })
  const waiting = !overview || (!exploited.data && !exploited.error)
  const items = overview ? [...exploits(exploited.data?.items ?? []), ...estate(overview)].slice(0, ITEMS_MAX) : []
  return (
    <Section title="Needs attention" note={!waiting && plural(items.length, 'matter')}>
      {exploited.error && <ErrorState compact error={exploited.error} retry={() => void exploited.refetch()} />}
      {waiting ? <SkeletonRows rows={6} className="h-[45px]" /> : items.length === 0
        ? <p className="flex items-center gap-2 py-2 text-dim"><StateGlyph state="ok" />Nothing among what is known.</p>
        : <ul>{items.map((item) => <Line key={item.id} item={item} />)}</ul>}
    </Section>
  )
}

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

function exploits(findings: Finding[]): Item[] {
  return findings.map((finding) => ({
    id: finding.id,
    state: 'critical',
    what: <><strong className="font-semibold">{finding.id}</strong> <span className="text-dim"><Text wrap>{finding.packages.join(', ')}</Text></span></>,
    why: [
      'exploited in the wild', `urgency ${finding.urgency.score.toFixed(0)}`, `${of(finding.affected, finding.judged)} judged assets affected`,
      finding.sla?.state === 'breached' ? 'past its date' : '', finding.fix === 'none' ? 'no fix published' : '',
    ].filter(Boolean).join(' · '),
    to: path.fleet({ q: term('cve', finding.id) }),
    next: plural(finding.affected, 'asset'),
  }))
}

function estate({ patch_lag: lag, collection, drift, findings, security_updates: updates, assets }: Overview): Item[] {
  const all: (Item | false)[] = [
    lag.critical > 0 && { id: 'lag', state: 'critical', what: 'Images superseded for more than 30 d still run', why: `${of(lag.critical, lag.measured)} measured assets · p90 ${days(lag.p90_days ?? 0)}`, to: path.fleet({ q: 'drift:outdated', sort: 'drift_since' }), next: plural(lag.behind, 'asset') + ' behind' },
    collection.degraded > 0 && { id: 'collection', state: 'warning', what: 'Connectors did not list everything', why: `${of(collection.degraded, collection.connectors)} connectors · ${of(collection.scopes_complete, collection.scopes)} scopes complete; what they did not list counts as unknown, not as gone`, command: 'qlrf connector coverage' },
    findings.vulnerabilities == null && assets.total > 0 && { id: 'feeds', state: 'unknown', what: 'Vulnerabilities are not known', why: 'no feed was imported yet', command: 'qlrf feed sync' },
    updates.updates > 0 && { id: 'updates', state: 'warning', what: 'Security updates are due', why: `${count(updates.updates)} updates on ${of(updates.assets_pending, updates.known)} assets whose package manager answered`, to: path.fleet({ sort: '-pending_security' }), next: plural(updates.assets_pending, 'asset') },
    drift.unmanaged > 0 && { id: 'unmanaged', state: 'unknown', what: 'Assets without a golden image', why: `${of(drift.unmanaged, drift.total)} assets run something that no contract describes`, to: path.fleet({ q: 'drift:unmanaged' }), next: plural(drift.unmanaged, 'asset') },
    drift.unknown > 0 && { id: 'unknown', state: 'unknown', what: 'Drift is not known', why: `${of(drift.unknown, drift.total)} assets could not be compared`, to: path.fleet({ q: 'drift:unknown' }), next: plural(drift.unknown, 'asset') },
    collection.never_synced > 0 && { id: 'never', state: 'progress', what: 'Connectors were never collected', why: of(collection.never_synced, collection.connectors) + ' connectors', command: 'qlrf connector list' },
  ]
  return all.filter((item): item is Item => item !== false)
}
