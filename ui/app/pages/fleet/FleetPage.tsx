import { memo } from 'react'
import { useApi, useList } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import type { RawSearch } from '~/state/url'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { download, toCsv } from '~/table/export'
import { FilterInput } from '~/table/FilterInput'
import { GroupTable } from '~/table/GroupTable'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl, type TableUrl } from '~/table/url'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { path, term, terms } from '~/util/path-builder'
import { plural } from '~/util/units'
import { listed } from './asks'
import { AssetPeek } from './AssetPeek'
import { COLUMNS, GROUPS, type Asset } from './columns'

export default function FleetPage() {
  const [url, set] = useTableUrl()
  const shown = useShown(COLUMNS, url)
  const list = useList('/api/v1/assets', listed(url))
  const first = list.data?.pages[0]
  return (
    <>
      <PageHeader title="Fleet" count={first?.total != null && plural(first.total, 'asset')} asOf={first?.as_of} />
      <Tools url={url} set={set} shown={shown} problem={list.error?.code === 'invalid_filter' ? list.error.message : undefined} />
      {url.group ? <Groups by={url.group} q={url.q} /> : (
        <DataTable<Asset> noun="asset" label="Assets" columns={shown} query={list} url={url} set={set} rowId={(asset) => asset.id} rowTo={(asset) => path.asset(asset.id)}
          peek={(asset) => <AssetPeek asset={asset} />} peekTitle={(asset) => asset.name}
          actions={(assets) => <Button onClick={() => download('assets.csv', 'text/csv;charset=utf-8', toCsv(assets, shown))}>Export chosen</Button>}
          empty={<EmptyState title="No assets yet" command="qlrf connector add demo sim --config '{&quot;assets&quot;: 10000}' --sync">Add a connector; or load a simulated estate, which is marked as such and can be removed.</EmptyState>} />
      )}
    </>
  )
}

interface ToolsProps { url: TableUrl; set: (patch: RawSearch, options?: { replace?: boolean }) => void; shown: Column<Asset>[]; problem?: string }

/** Drawn again when the address changes, and not with each page of the list that arrives. */
const Tools = memo(function Tools({ url, set, shown, problem }: ToolsProps) {
  return (
    <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<FilterInput value={url.q ?? ''} onApply={(q) => set({ q, peek: undefined })} problem={problem} />}>
      <Select aria-label="Group by" options={GROUPS} value={url.group ?? ''} onChange={(event) => set({ group: event.target.value })} />
      <ExportMenu name="assets" path="/api/v1/assets" input={listed(url)} columns={shown} />
    </Toolbar>
  )
})

function Groups({ by, q }: { by: string; q?: string }) {
  const groups = useApi('/api/v1/assets/groups', { query: { by: by as never, q } })
  if (groups.error) return <ErrorState error={groups.error} retry={() => void groups.refetch()} />
  if (!groups.data) return <SkeletonRows rows={8} />
  return <GroupTable by={GROUPS.find(([key]) => key === by)?.[1] ?? by} groups={groups.data} to={(value) => path.fleet({ q: terms(q, term(by, value)) })} />
}
