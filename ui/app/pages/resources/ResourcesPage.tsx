import { useApi, useList } from '~/api/query'
import { Age } from '~/components/Age'
import { PageHeader } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { useUrl } from '~/state/url'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown } from '~/table/url'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { Link, LINK } from '~/ui/Link'
import { SearchInput } from '~/ui/SearchInput'
import { SimulatedBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import { listed, read } from './asks'
import { kindWord, told, type Resource } from './words'

const named = (value: string | null | undefined) => (value ? <Text>{value}</Text> : <span className="text-meta">–</span>)

const COLUMNS: Column<Resource>[] = [
  {
    id: 'name', header: 'Name', width: 220, grow: 3, card: 'title', text: (row) => row.name,
    cell: (row) => <span className="flex min-w-0 items-center gap-2"><Link to={path.resource(row.id)} className="min-w-0 truncate font-semibold hover:underline"><Text>{row.name}</Text></Link>{row.simulated && <SimulatedBadge compact />}</span>,
  },
  { id: 'kind', header: 'Kind', width: 130, card: 'aside', text: (row) => row.kind, cell: (row) => kindWord(row.kind) },
  { id: 'told', header: 'Facts', width: 260, grow: 4, card: 'line', text: told, cell: (row) => (told(row) ? <Text>{told(row)}</Text> : <Unknown />) },
  { id: 'platform', header: 'Platform', width: 100, text: (row) => row.platform, cell: (row) => row.platform },
  { id: 'env', header: 'Environment', width: 110, text: (row) => row.mapped.env?.value, cell: (row) => (row.mapped.env ? <span title={`by the rule ${row.mapped.env.rule}`}><Text>{row.mapped.env.value}</Text></span> : <Unknown why="No mapping rule says it" />) },
  { id: 'account', header: 'Account', width: 140, grow: 1, card: 'line', text: (row) => row.account, cell: (row) => named(row.account) },
  { id: 'region', header: 'Region', width: 120, text: (row) => row.region, cell: (row) => named(row.region) },
  { id: 'freshness', header: 'Confirmed', width: 130, hidden: true, text: (row) => row.confirmed_at, cell: (row) => <Age freshness={row.freshness} at={row.confirmed_at} /> },
  { id: 'since', header: 'Facts since', width: 100, text: (row) => row.fact_from, cell: (row) => <RelativeTime at={row.fact_from} /> },
  { id: 'native_id', header: 'Native id', width: 240, grow: 1, hidden: true, text: (row) => row.native_id, cell: (row) => <Text mono>{row.native_id}</Text> },
]

/** What the estate holds besides assets. */
export default function ResourcesPage() {
  const [url, set] = useUrl(read)
  const { kind } = url
  const shown = useShown(COLUMNS, url)
  const summary = useApi('/api/v1/resources/summary', {}, { keep: true })
  const input = listed(url)
  const list = useList('/api/v1/resources', input)
  const first = list.data?.pages[0]
  const kinds = summary.data ?? []
  return (
    <>
      <PageHeader title="Resources" count={first?.total != null && plural(first.total, kind ? kindWord(kind) : 'resource', kind ? kindWord(kind, true) : undefined)} asOf={first?.as_of} />
      <p className="max-w-[80ch] pb-3 text-dim">Images of machines and containers, groups, certificates, volumes, addresses, workloads, clusters and hypervisors. Nothing of it is patched, so it counts nowhere among assets.</p>
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<SearchInput label="Name or id" value={url.q ?? ''} placeholder="Part of a name or id" onApply={(q) => set({ q: q || undefined, peek: undefined })} />}>
        <Select aria-label="Kind" value={kind ?? ''} onChange={(event) => set({ kind: event.target.value || undefined, peek: undefined })}
          options={[['', 'Any kind'], ...kinds.map((each): [string, string] => [each.kind, `${kindWord(each.kind, true)}: ${count(each.resources)}`])]} />
        <ExportMenu name="resources" path="/api/v1/resources" input={input} columns={COLUMNS} />
      </Toolbar>
      <DataTable<Resource> key={JSON.stringify(input.query)} noun="resource" label="Resources" columns={shown} query={list} url={url} set={set} rowId={(row) => row.id} rowTo={(row) => path.resource(row.id)}
        empty={kind
          ? <EmptyState title={`No ${kindWord(kind)} is listed`} action={<Button onClick={() => set({ kind: undefined })}>Show every kind</Button>} />
          : <EmptyState title="No resources yet" action={<Link className={LINK} to={path.connectors()}>Connectors</Link>}>Connectors of clouds, clusters, hypervisors and registries bring them.</EmptyState>} />
    </>
  )
}
