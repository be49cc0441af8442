import type { components } from '~/api/generated/schema'
import { DriftBadge } from '~/components/DriftWords'
import { RelativeTime } from '~/components/RelativeTime'
import type { Column } from '~/table/columns'
import { Link } from '~/ui/Link'
import { SimulatedBadge, StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { severityState } from '~/util/states'
import { count, days, plural } from '~/util/units'

export type Drifted = components['schemas']['AssetDrift']

const CHANGES: [keyof Drifted['differences'], string][] = [
  ['forbidden', 'forbidden'], ['missing', 'missing'], ['older', 'older'], ['newer', 'newer'], ['extra', 'extra'], ['settings', 'other settings'],
]
const total = ({ differences }: Drifted) => CHANGES.reduce((sum, [key]) => sum + differences[key], 0)

/** `2 missing · 5 older`, and what could not be compared. */
function Differences({ row }: { row: Drifted }) {
  const words = CHANGES.filter(([key]) => row.differences[key] > 0).map(([key, word]) => `${count(row.differences[key])} ${word}`)
  return (
    <span className="flex min-w-0 gap-2">
      <span className="truncate">{words.join(' · ') || <span className="text-meta">{row.differences.unverified > 0 ? 'none found' : row.versions_behind ? 'none but its version' : 'none'}</span>}</span>
      {row.differences.unverified > 0 && <StateBadge state="unknown">{count(row.differences.unverified)} not compared</StateBadge>}
    </span>
  )
}

const word = (id: 'site' | 'env' | 'platform', header: string): Column<Drifted> => ({
  id, header, width: id === 'env' ? 96 : 72, text: (row) => row[id], card: id === 'platform' ? undefined : 'line', hidden: id !== 'site', cell: (row) => (row[id] ? <Text>{row[id]}</Text> : <Unknown />),
})

export const COLUMNS: Column<Drifted>[] = [
  {
    id: 'name', header: 'Asset', sort: 'name', width: 196, grow: 3, card: 'title', text: (row) => row.name,
    cell: (row) => <span className="flex min-w-0 items-center gap-2"><Link to={path.asset(row.asset_id)} className="min-w-0 truncate hover:underline"><Text>{row.name}</Text></Link>{row.simulated && <SimulatedBadge compact />}</span>,
  },
  { id: 'state', header: 'Drift', width: 106, card: 'aside', text: (row) => row.state, cell: (row) => <DriftBadge drift={row.state} /> },
  { id: 'severity', header: 'Severity', sort: '-severity', width: 92, card: 'line', text: (row) => row.severity, cell: (row) => <StateBadge state={severityState(row.severity)}>{row.severity}</StateBadge> },
  { id: 'image', header: 'Image', width: 180, grow: 3, text: (row) => row.image, cell: (row) => (row.image ? <Text>{row.image}</Text> : <span title={row.proof ?? undefined}><Unknown why="Not linked to a golden image" /></span>) },
  { id: 'behind', header: 'Behind', width: 96, text: (row) => row.versions_behind, cell: (row) => (row.versions_behind == null ? <Unknown /> : row.versions_behind === 0 ? <span className="text-meta">newest</span> : plural(row.versions_behind, 'version')) },
  { id: 'lag', header: 'Outdated for', width: 100, align: 'right', text: (row) => row.lag_days, cell: (row) => (row.lag_days == null ? <span className="text-meta">–<span className="sr-only">nothing newer is known</span></span> : days(row.lag_days)) },
  { id: 'differences', header: 'Differences', width: 150, grow: 1, text: total, cell: (row) => <Differences row={row} /> },
  word('site', 'Site'), word('env', 'Environment'), word('platform', 'Platform'),
  { id: 'pending', header: 'Updates due', width: 104, align: 'right', hidden: true, text: (row) => row.pending_security, cell: (row) => (row.pending_security == null ? <Unknown /> : count(row.pending_security)) },
  { id: 'since', header: 'So since', sort: 'since', width: 96, text: (row) => row.since, cell: (row) => (row.since ? <RelativeTime at={row.since} /> : <Unknown />) },
]
