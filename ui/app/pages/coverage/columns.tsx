import type { components } from '~/api/generated/schema'
import { Age } from '~/components/Age'
import { RelativeTime } from '~/components/RelativeTime'
import type { Column } from '~/table/columns'
import { CodeLink, Link } from '~/ui/Link'
import { SimulatedBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { count } from '~/util/units'
import { Listing } from './words'

export type Scope = components['schemas']['PageBody_ScopeCoverage']['items'][number]

export const COLUMNS: Column<Scope>[] = [
  {
    id: 'account', header: 'Account', sort: 'account', width: 180, grow: 2, card: 'title', text: (row) => row.account,
    cell: (row) => <span className="flex min-w-0 items-center gap-2"><Text>{row.account}</Text>{row.simulated && <SimulatedBadge compact />}</span>,
  },
  { id: 'region', header: 'Region', sort: 'region', width: 110, grow: 1, card: 'line', text: (row) => row.region, cell: (row) => <Text>{row.region}</Text> },
  { id: 'kind', header: 'Kind', sort: 'kind', width: 120, card: 'line', text: (row) => row.kind, cell: (row) => row.kind.replaceAll('_', ' ') },
  { id: 'connector', header: 'Connector', sort: 'connector', width: 130, grow: 1, card: 'line', text: (row) => row.connector, cell: (row) => <Link to={path.connector(row.connector_id)} tabIndex={-1} className="hover:underline"><Text>{row.connector}</Text></Link> },
  { id: 'state', header: 'Last listing', width: 150, card: 'aside', text: (row) => row.state, cell: (row) => <Listing scope={row} /> },
  { id: 'completed_at', header: 'Last complete', sort: 'completed_at', width: 150, card: 'line', text: (row) => row.completed_at, cell: (row) => <Age freshness={row.freshness} at={row.completed_at} /> },
  { id: 'assets', header: 'Assets', width: 80, align: 'right', text: (row) => row.assets_now, cell: (row) => <Link to={path.fleet({ q: term('scope', String(row.id)) })} tabIndex={-1} className="hover:underline">{count(row.assets_now)}</Link> },
  { id: 'resources', header: 'Resources', width: 90, align: 'right', hidden: true, text: (row) => row.resources, cell: (row) => count(row.resources) },
  { id: 'attempted_at', header: 'Last attempt', width: 110, text: (row) => row.attempted_at, cell: (row) => <RelativeTime at={row.attempted_at} /> },
  { id: 'code', header: 'Why not', width: 200, grow: 3, text: (row) => [row.code, row.detail].filter(Boolean).join(': '), cell: (row) => (row.code ? <span title={row.detail ?? undefined}><CodeLink code={row.code} help={row.help} /> <span className="text-meta"><Text>{row.detail ?? ''}</Text></span></span> : <span className="text-meta">{row.state === 'unlisted' ? 'no collection came across it' : ''}</span>) },
  { id: 'freshness', header: 'Age', width: 90, hidden: true, text: (row) => row.freshness, cell: (row) => row.freshness },
  { id: 'listed', header: 'Assets when complete', sort: '-assets', width: 120, align: 'right', hidden: true, text: (row) => row.assets, cell: (row) => count(row.assets) },
]
