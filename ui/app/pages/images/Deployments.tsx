import type { components } from '~/api/generated/schema'
import { useList } from '~/api/query'
import { DriftBadge } from '~/components/DriftWords'
import { EmptyState } from '~/components/States'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { Link, LINK } from '~/ui/Link'
import { SimulatedBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { count } from '~/util/units'

type Row = components['schemas']['Deployment']

const word = (value: string | null | undefined) => (value ? <Text>{value}</Text> : <Unknown />)

const COLUMNS: Column<Row>[] = [
  { id: 'name', header: 'Asset', sort: 'name', width: 200, grow: 2, card: 'title', text: (row) => row.name, cell: (row) => <span className="flex min-w-0 items-center gap-2"><Link to={path.asset(row.asset_id)} tabIndex={-1} className="min-w-0 truncate hover:underline"><Text>{row.name}</Text></Link>{row.simulated && <SimulatedBadge compact />}</span> },
  { id: 'drift', header: 'Drift', width: 130, card: 'aside', text: (row) => row.drift, cell: (row) => <DriftBadge drift={row.drift} /> },
  { id: 'differences', header: 'Differences', width: 104, align: 'right', card: 'line', text: (row) => row.differences, cell: (row) => (row.drift && row.drift !== 'unknown' ? count(row.differences) : <Unknown why="It could not be compared" />) },
  { id: 'platform', header: 'Platform', width: 110, grow: 1, text: (row) => row.platform, cell: (row) => word(row.platform) },
  { id: 'site', header: 'Site', width: 110, grow: 1, card: 'line', text: (row) => row.site, cell: (row) => word(row.site) },
  { id: 'env', header: 'Environment', width: 110, grow: 1, card: 'line', text: (row) => row.env, cell: (row) => word(row.env) },
]

/** Every asset that runs the version, and how far it is from what the contract says. */
export function Deployments({ reference }: { reference: string }) {
  const [url, set] = useTableUrl()
  const shown = useShown(COLUMNS, url)
  const input = { path: { image: reference }, query: { sort: url.sort } }
  const list = useList('/api/v1/images/{image}/deployments', input)
  return (
    <div className="flex min-h-96 grow flex-col">
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<Link className={`${LINK} self-center`} to={path.fleet({ q: term('image', reference) })}>Filter or group them in Fleet</Link>}>
        <ExportMenu name="deployments" path="/api/v1/images/{image}/deployments" input={input} columns={COLUMNS} />
      </Toolbar>
      <DataTable<Row> noun="asset" label="Assets that run it" columns={shown} query={list} url={{ ...url, q: undefined }} set={set} rowId={(row) => row.asset_id} rowTo={(row) => path.asset(row.asset_id)}
        empty={<EmptyState title="No asset runs it">Assets appear here when a connector says that they started from one of its coordinates, or a link rule fits them.</EmptyState>} />
    </div>
  )
}
