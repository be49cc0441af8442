import { useList } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { useTableUrl } from '~/table/url'
import { Link } from '~/ui/Link'
import { SimulatedBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import type { Target } from './words'

const known = (value: string | null | undefined) => (value ? <Text>{value}</Text> : <Unknown />)

const COLUMNS: Column<Target>[] = [
  {
    id: 'name', header: 'Name', width: 200, grow: 3, card: 'title', text: (row) => row.name,
    cell: (row) => <span className="flex min-w-0 items-center gap-2"><Link to={path.asset(row.asset_id)} className="min-w-0 truncate hover:underline"><Text>{row.name}</Text></Link>{row.simulated && <SimulatedBadge compact />}</span>,
  },
  { id: 'env', header: 'Environment', width: 120, card: 'aside', text: (row) => row.env ?? '', cell: (row) => known(row.env) },
  { id: 'site', header: 'Site', width: 130, grow: 1, card: 'line', text: (row) => row.site ?? '', cell: (row) => known(row.site) },
  { id: 'platform', header: 'Platform', width: 110, text: (row) => row.platform, cell: (row) => row.platform },
  { id: 'criticality', header: 'Criticality', width: 110, text: (row) => row.criticality ?? '', cell: (row) => known(row.criticality) },
  { id: 'fact', header: 'Fact of', width: 110, card: 'line', text: (row) => row.fact_recorded, cell: (row) => <RelativeTime at={row.fact_recorded} /> },
]

/** The assets as they were when the plan was made. */
export function Targets({ id }: { id: string }) {
  const [url, set] = useTableUrl()
  const list = useList('/api/v1/plans/{plan}/targets', { path: { plan: id } })
  return (
    <div className="flex h-[60vh] min-h-80 flex-col">
      <DataTable<Target> noun="target" label="Frozen targets" columns={COLUMNS} query={list} url={{ ...url, q: undefined, sort: undefined }} set={set} rowId={(row) => row.asset_id}
        empty={<EmptyState title="The plan acts on no assets">Its steps act once, on what they name themselves.</EmptyState>} />
    </div>
  )
}
