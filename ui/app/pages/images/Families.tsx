import type { components } from '~/api/generated/schema'
import { useList } from '~/api/query'
import { EmptyState } from '~/components/States'
import { Bar } from '~/charts/StackedBar'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { Link, LINK } from '~/ui/Link'
import { SimulatedBadge, StateBadge, StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { count, of, percent, share } from '~/util/units'
import { listed } from './asks'

type Family = components['schemas']['ImageFamily']

const latest = (row: Family, status: string) => row.latest.find((each) => each.status === status)

function version(status: string, header: string, rest: Partial<Column<Family>> = {}): Column<Family> {
  return {
    id: status, header, width: 130, grow: 1, text: (row) => latest(row, status)?.version,
    cell: (row) => {
      const found = latest(row, status)
      return found ? <Link className="hover:underline" to={path.image(row.family, found.version)}><Text>{found.version}</Text></Link> : <span className="text-meta">none</span>
    },
    ...rest,
  }
}

const COLUMNS: Column<Family>[] = [
  {
    id: 'family', header: 'Family', width: 220, grow: 2, card: 'title', text: (row) => row.family,
    cell: (row) => <span className="flex min-w-0 items-center gap-2"><Link className={LINK} to={path.family(row.family)}><Text>{row.family}</Text></Link>{row.simulated && <SimulatedBadge compact />}</span>,
  },
  version('production', 'In production', { card: 'line' }),
  version('testing', 'In testing'),
  { id: 'versions', header: 'Versions', width: 88, align: 'right', text: (row) => row.versions, cell: (row) => count(row.versions) },
  {
    id: 'assets', header: 'Assets', sort: '-assets', width: 96, align: 'right', card: 'aside', text: (row) => row.assets,
    cell: (row) => <Link className="hover:underline" to={path.fleet({ q: term('family', row.family) })}>{count(row.assets)}<span className="sr-only"> assets: open the list</span></Link>,
  },
  { id: 'on_newest', header: 'Run the newest', width: 210, grow: 1, card: 'line', text: (row) => row.on_newest, cell: (row) => <OnNewest row={row} /> },
  {
    id: 'on_revoked', header: 'Run a revoked one', width: 140, align: 'right', text: (row) => row.on_revoked,
    cell: (row) => (row.on_revoked > 0 ? <StateBadge state="critical">{of(row.on_revoked, row.assets)}</StateBadge> : <span className="text-meta">0</span>),
  },
]

function OnNewest({ row }: { row: Family }) {
  if (!latest(row, 'production')) return <span className="inline-flex items-center gap-1.5 text-unknown"><StateGlyph state="unknown" />nothing in production</span>
  const part = share(row.on_newest, row.version_known)
  const unclear = row.assets - row.version_known
  return (
    <span className="inline-flex items-center gap-2">
      <span className="w-16 shrink-0 max-md:hidden"><Bar label={`${row.family} on its newest version`} value={row.on_newest} total={row.version_known} /></span>
      {part === undefined ? row.assets === 0 && <span>no assets</span> : <><span>{percent(part, 0)}</span><span className="text-xs text-meta">{of(row.on_newest, row.version_known)}</span></>}
      {unclear > 0 && <span className="inline-flex items-center gap-1.5 text-xs text-unknown"><StateGlyph state="unknown" /><span className="truncate" title={`${count(unclear)} of an unknown version`}>{count(unclear)} unknown</span></span>}
    </span>
  )
}

export function Families() {
  const [url, set] = useTableUrl()
  const shown = useShown(COLUMNS, url)
  const input = listed(url)
  const list = useList('/api/v1/images/families', input)
  return (
    <>
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<p className="text-dim max-md:hidden">A family is a line of golden images. What its contract says is what its assets are compared with.</p>}>
        <ExportMenu name="image-families" path="/api/v1/images/families" input={input} columns={shown} />
      </Toolbar>
      <DataTable<Family> noun="family" nouns="families" label="Image families" columns={shown} query={list} url={{ ...url, q: undefined }} set={set} rowId={(row) => row.family} rowTo={(row) => path.family(row.family)}
        empty={<EmptyState title="No golden image yet" command="qlrf image init">Write a first contract from what was seen of this host, edit it and register it: from then on assets are judged by it.</EmptyState>} />
    </>
  )
}
