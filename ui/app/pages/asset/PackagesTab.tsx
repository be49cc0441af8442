import { call } from '~/api/client'
import type { components } from '~/api/generated/schema'
import { useList } from '~/api/query'
import { SbomMenu } from '~/components/SbomMenu'
import { EmptyState } from '~/components/States'
import { useAsOf } from '~/state/as-of'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { FilterInput } from '~/table/FilterInput'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { Unknown } from '~/ui/State'
import { CopyButton, LongText, Text } from '~/ui/Text'

type Package = components['schemas']['PageBody_Package']['items'][number]

const optional = (value: string | null | undefined, mono?: boolean) => (value ? <Text mono={mono}>{value}</Text> : <Unknown />)

const COLUMNS: Column<Package>[] = [
  { id: 'name', header: 'Name', sort: 'name', width: 180, grow: 2, card: 'title', text: (row) => row.name, cell: (row) => <Text mono>{row.name}</Text> },
  { id: 'version', header: 'Version', width: 170, grow: 2, card: 'aside', text: (row) => row.version, cell: (row) => <Text mono>{row.version}</Text> },
  { id: 'licenses', header: 'Licences', width: 130, grow: 2, card: 'line', text: (row) => row.licenses.join('; '), cell: (row) => (row.licenses.length ? <LongText title={`Licences of ${row.name}`}>{row.licenses.join(', ')}</LongText> : <Unknown why="Its metadata names none" />) },
  { id: 'arch', header: 'Architecture', width: 96, card: 'line', text: (row) => row.arch, cell: (row) => optional(row.arch) },
  { id: 'ecosystem', header: 'Ecosystem', width: 110, text: (row) => row.ecosystem, cell: (row) => optional(row.ecosystem) },
  { id: 'source', header: 'Source', width: 170, grow: 1, hidden: true, text: (row) => `${row.source_name} ${row.source_version}`, cell: (row) => optional(`${row.source_name} ${row.source_version}`.trim(), true) },
  {
    id: 'purl', header: 'Package URL', width: 240, grow: 2, hidden: true, text: (row) => row.purl,
    cell: (row) => (row.purl ? <span className="flex items-center"><Text mono>{row.purl}</Text><CopyButton text={row.purl} label="Copy package URL" /></span> : <Unknown />),
  },
]

/** The software of the asset at the moment that the frame shows. */
export function PackagesTab({ id }: { id: string }) {
  const [url, set] = useTableUrl()
  const asOf = useAsOf()
  const shown = useShown(COLUMNS, url)
  const input = { path: { id }, query: { q: url.q, sort: url.sort } }
  const list = useList('/api/v1/assets/{id}/packages', input)
  if (list.error?.status === 404) return <SoftwareUnknown />
  return (
    <div className="flex h-[max(24rem,calc(100dvh-19rem))] flex-col">
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<FilterInput value={url.q ?? ''} keys={{}} placeholder="Part of a name" onApply={(q) => set({ q })} />}>
        <SbomMenu name={id} load={(format) => call('get', '/api/v1/assets/{id}/sbom', { path: { id }, query: { format, as_of: asOf } })} />
        <ExportMenu name="packages" path="/api/v1/assets/{id}/packages" input={input} columns={COLUMNS} />
      </Toolbar>
      <DataTable<Package> noun="package" label="Packages" columns={shown} query={list} url={url} set={set} rowId={(row) => `${row.ecosystem} ${row.name} ${row.version} ${row.arch}`}
        empty={<EmptyState title="No packages">Its software was read, and nothing is installed.</EmptyState>} />
    </div>
  )
}

export const SoftwareUnknown = () => (
  <EmptyState title="The software of this asset is not known" command="qlrf connector show <name>">
    Its connector could not read it: nothing here says that the asset is safe or up to date. Test the connector to see what it lacks.
  </EmptyState>
)
