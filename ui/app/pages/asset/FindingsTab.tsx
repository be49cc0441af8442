import type { components } from '~/api/generated/schema'
import { useList } from '~/api/query'
import { Legend, StackedBar } from '~/charts/StackedBar'
import { RelativeTime } from '~/components/RelativeTime'
import { SlaWords } from '~/components/SlaClock'
import { EmptyState, ErrorState } from '~/components/States'
import { UrgencyScore } from '~/components/Urgency'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { Select } from '~/ui/Field'
import { Link } from '~/ui/Link'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { fixState } from '~/util/states'
import { count, of, percent, plural } from '~/util/units'
import { ExploitedBadge, FIX_WORDS, SeverityBadge } from '../vulnerabilities/columns'
import { FindingPeek } from './FindingPeek'

type Finding = components['schemas']['Finding']
/** Several packages of one source are fixed by the same version: each version once. */
const fixedIn = ({ fixes }: Finding) => [...new Set(fixes.flatMap((each) => each.fixed_version ?? []))].join(', ')

const SEVERITIES = [['', 'Any severity'], ['critical', 'Critical'], ['high', 'High'], ['medium', 'Medium'], ['low', 'Low'], ['unknown', 'Not rated']] as const
const CLOCKS = [['', 'Any clock'], ['breached', 'Past its SLA'], ['due_soon', 'Due soon'], ['running', 'In time']] as const
const FIXES = [['', 'Fix or none'], ['all', 'Fix for all'], ['some', 'Fix for some'], ['none', 'No fix yet']] as const

const read = (raw: RawSearch) => ({
  severity: oneOf(raw.severity, SEVERITIES.map(([key]) => key)) || undefined,
  sla: oneOf(raw.sla, CLOCKS.map(([key]) => key)) || undefined,
  fix: oneOf(raw.fix, ['all', 'some', 'none'] as const),
})

const COLUMNS: Column<Finding>[] = [
  { id: 'id', header: 'Vulnerability', width: 136, grow: 1, card: 'title', text: (row) => row.id, cell: (row) => <span className="flex min-w-0 items-center gap-2" title={row.summary.slice(0, 300)}><Link to={path.vulnerability(row.id)} tabIndex={-1} className="min-w-0 truncate hover:underline"><Text>{row.id}</Text></Link>{row.kev && <ExploitedBadge />}</span> },
  {
    id: 'urgency', header: 'Urgency', sort: '-urgency', width: 130, card: 'aside', text: (row) => Math.round(row.urgency.score),
    cell: (row) => <UrgencyScore finding={row} />,
  },
  { id: 'severity', header: 'Severity', width: 96, card: 'line', text: (row) => row.severity, cell: (row) => <SeverityBadge severity={row.severity} /> },
  { id: 'packages', header: 'Packages', width: 110, grow: 1, card: 'line', text: (row) => row.packages.join(' '), cell: (row) => <Text mono>{row.packages.join(', ')}</Text> },
  { id: 'fix', header: 'Fix', width: 84, card: 'line', text: (row) => row.fix, cell: (row) => <StateBadge state={fixState(row.fix)}>{FIX_WORDS[row.fix]}</StateBadge> },
  { id: 'fixed_in', header: 'Fixed in', width: 130, grow: 1, card: 'line', text: fixedIn, cell: (row) => (fixedIn(row) ? <Text mono>{fixedIn(row)}</Text> : <span className="text-meta">none published</span>) },
  { id: 'sla', header: 'SLA clock', width: 96, card: 'line', text: (row) => row.sla?.due, cell: (row) => <SlaWords sla={row.sla} /> },
  { id: 'epss', header: 'EPSS', sort: '-epss', width: 92, align: 'right', text: (row) => row.epss?.score, cell: (row) => (row.epss ? percent(row.epss.score * 100) : <Unknown />) },
  { id: 'cvss', header: 'CVSS', sort: '-cvss', width: 96, align: 'right', hidden: true, text: (row) => row.cvss?.score, cell: (row) => (row.cvss ? row.cvss.score.toFixed(1) : <Unknown />) },
  { id: 'published', header: 'Published', sort: '-published', width: 96, hidden: true, text: (row) => row.published, cell: (row) => (row.published ? <RelativeTime at={row.published} /> : <Unknown />) },
]

interface First { judged: boolean; counts?: components['schemas']['Counts'] | null; feeds_as_of?: string | null }

/** What the asset has, the most urgent first; a look into a row says which version ends it. */
export function FindingsTab({ id }: { id: string }) {
  const [url, set] = useTableUrl()
  const [filter] = useUrl(read)
  const shown = useShown(COLUMNS, url)
  const input = { path: { id }, query: { sort: url.sort, ...filter } }
  const list = useList('/api/v1/assets/{id}/vulnerabilities', input)
  const first = list.data?.pages[0] as (typeof list.data & First) | undefined
  if (list.error && !first) return <ErrorState error={list.error} retry={() => void list.refetch()} />
  if (first && !first.judged) return <NotJudged first={first} />
  const choice = (key: 'severity' | 'sla' | 'fix', label: string, options: readonly (readonly [string, string])[]) =>
    <Select aria-label={label} className="max-md:grow" value={filter[key] ?? ''} options={options} onChange={(event) => set({ [key]: event.target.value || undefined, peek: undefined })} />
  const filtered = filter.severity ?? filter.sla ?? filter.fix
  return (
    <div className="flex h-[max(28rem,calc(100dvh-17rem))] flex-col">
      <Counts first={first} />
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<>{choice('severity', 'Severity', SEVERITIES)}{choice('sla', 'SLA', CLOCKS)}{choice('fix', 'Fix', FIXES)}</>}>
        <ExportMenu name="findings" path="/api/v1/assets/{id}/vulnerabilities" input={input} columns={COLUMNS} />
      </Toolbar>
      <DataTable<Finding> noun="finding" label="Findings" columns={shown} query={list} url={url} set={set} rowId={(row) => row.id} rowTo={(row) => path.vulnerability(row.id)}
        peek={(row) => <FindingPeek finding={row} asset={id} />} peekTitle={(row) => row.id}
        empty={<EmptyState title={filtered ? 'No finding fits' : 'Nothing is known against it'}>{filtered ? 'Choose another severity, clock or fix.' : 'Every package that a feed speaks of was judged.'}</EmptyState>} />
    </div>
  )
}

function NotJudged({ first }: { first: First }) {
  return (
    <EmptyState title="Not judged" command="qlrf feed status">
      <StateBadge state="unknown">unknown, which is not safe</StateBadge>
      <p>{first.feeds_as_of ? 'Its software is not known, or no imported feed speaks of its system and release.' : 'No vulnerability feed was imported yet.'}</p>
    </EmptyState>
  )
}

function Counts({ first }: { first: First | undefined }) {
  const counts = first?.counts
  if (!counts) return <div className="h-12" />
  const parts = [
    { label: 'critical', value: counts.critical, tone: 'critical' as const }, { label: 'high', value: counts.high, tone: 'high' as const },
    { label: 'medium', value: counts.medium, tone: 'warning' as const }, { label: 'low', value: counts.low, tone: 'none' as const }, { label: 'not rated', value: counts.unknown, tone: 'unknown' as const },
  ]
  return (
    <div className="mb-2">
      <StackedBar label="Findings by severity" parts={parts} />
      <div className="flex flex-wrap items-baseline gap-x-4"><Legend parts={parts} />
        <p className="num text-xs text-meta">{plural(counts.kev, 'known exploited', 'known exploited')} · {of(counts.packages_judged, counts.packages)} packages judged{first?.feeds_as_of && <> · feeds of <RelativeTime at={first.feeds_as_of} /></>}{counts.packages_judged < counts.packages && <> · {count(counts.packages - counts.packages_judged)} unknown</>}</p>
      </div>
    </div>
  )
}
