import { useList } from '~/api/query'
import { EmptyState } from '~/components/States'
import { AssetPeek } from '~/pages/fleet/AssetPeek'
import { COLUMNS, type Asset } from '~/pages/fleet/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { path } from '~/util/path-builder'

/** The server orders these by name only. */
const HERE = COLUMNS.map((column) => ({ ...column, sort: column.id === 'name' ? 'name' : undefined }))

export function AffectedAssets({ id, q }: { id: string; q?: string }) {
  const [url, set] = useTableUrl()
  const shown = useShown(HERE, url)
  const input = { path: { id }, query: { q, sort: url.sort } }
  const list = useList('/api/v1/vulnerabilities/{id}/assets', input)
  return (
    <div className="flex h-[max(60vh,24rem)] flex-col">
      <Toolbar columns={HERE} shown={shown} url={url} set={set}><ExportMenu name={`${id}-assets`} path="/api/v1/vulnerabilities/{id}/assets" input={input} columns={shown} /></Toolbar>
      <DataTable<Asset> noun="asset" label="Affected assets" columns={shown} query={list} url={url} set={set} rowId={(asset) => asset.id} rowTo={(asset) => path.asset(asset.id)}
        peek={(asset) => <AssetPeek asset={asset} />} peekTitle={(asset) => asset.name} empty={<EmptyState title="No asset that was judged has it" />} />
    </div>
  )
}
