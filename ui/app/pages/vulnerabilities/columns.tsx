import { SlaWords } from '~/components/SlaClock'
import { type Finding, UrgencyScore } from '~/components/Urgency'
import { RelativeTime } from '~/components/RelativeTime'
import type { Column } from '~/table/columns'
import { Link } from '~/ui/Link'
import { SimulatedBadge, StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term, terms } from '~/util/path-builder'
import { fixState, severityState } from '~/util/states'
import { count, of, percent } from '~/util/units'

export const FIX_WORDS: Record<Finding['fix'], string> = { all: 'for all', some: 'for some', none: 'none yet' }

export const SeverityBadge = ({ severity }: { severity: string | null | undefined }) =>
  severity ? <StateBadge state={severityState(severity)}>{severity}</StateBadge> : <Unknown why="Nobody rates it" />

export const ExploitedBadge = () => <StateBadge state="critical"><span title="In CISA's catalogue of known exploited vulnerabilities">exploited</span></StateBadge>

/** The filter of the list is about assets; it travels to the page of one. */
export const columnsFor = (q: string | undefined): Column<Finding>[] => [
  {
    id: 'id', header: 'Vulnerability', width: 180, grow: 2, card: 'title', text: (row) => row.id,
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        <Link to={path.vulnerability(row.id, { q })} className="shrink-0 font-semibold hover:underline"><Text>{row.id}</Text></Link>
        {row.summary && <span className="min-w-0 truncate text-meta max-md:hidden"><Text>{row.summary}</Text></span>}
      </span>
    ),
  },
  { id: 'urgency', header: 'Urgency', width: 136, sort: '-urgency', text: (row) => row.urgency.score, cell: (row) => <UrgencyScore finding={row} /> },
  { id: 'severity', header: 'Severity', width: 100, card: 'aside', text: (row) => row.severity, cell: (row) => <SeverityBadge severity={row.severity} /> },
  { id: 'kev', header: 'Known exploited', width: 112, card: 'line', text: (row) => row.kev?.date_added, cell: (row) => (row.kev ? <ExploitedBadge /> : <span className="text-meta">not listed</span>) },
  { id: 'epss', header: 'EPSS', width: 100, align: 'right', sort: '-epss', text: (row) => row.epss?.score, cell: (row) => (row.epss ? <span title={`Percentile ${percent(row.epss.percentile * 100)}`}>{percent(row.epss.score * 100, 1)}</span> : <Unknown />) },
  { id: 'cvss', header: 'CVSS', width: 100, align: 'right', sort: '-cvss', hidden: true, text: (row) => row.cvss?.score, cell: (row) => (row.cvss ? <span title={row.cvss.vector ?? undefined}>{row.cvss.score.toFixed(1)}</span> : <Unknown />) },
  { id: 'packages', header: 'Packages', width: 160, grow: 2, text: (row) => row.packages.join(' '), cell: (row) => <Text>{row.packages.join(', ')}</Text> },
  {
    id: 'affected', header: 'Affected assets', width: 140, align: 'right', sort: '-affected', card: 'line', text: (row) => row.affected,
    cell: (row) => <Link to={path.fleet({ q: terms(q, term('cve', row.id)) })} title={`${of(row.affected, row.judged)} judged assets`} className="hover:underline">{count(row.affected)} <span className="text-xs text-meta">of {count(row.judged)}</span></Link>,
  },
  { id: 'fix', header: 'Fix', width: 90, text: (row) => row.fix, cell: (row) => <StateBadge state={fixState(row.fix)}>{FIX_WORDS[row.fix]}</StateBadge> },
  { id: 'sla', header: 'Time left', width: 110, card: 'line', text: (row) => row.sla?.due, cell: (row) => <SlaWords sla={row.sla} /> },
  { id: 'published', header: 'Published', width: 96, sort: '-published', hidden: true, text: (row) => row.published, cell: (row) => (row.published ? <RelativeTime at={row.published} /> : <Unknown />) },
  { id: 'simulated', header: 'Simulated', width: 120, align: 'right', hidden: true, text: (row) => row.simulated, cell: (row) => (row.simulated > 0 ? <span className="inline-flex items-center gap-1.5">{count(row.simulated)}<SimulatedBadge compact /></span> : '0') },
]
