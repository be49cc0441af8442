import type { components } from '~/api/generated/schema'
import { Age } from '~/components/Age'
import { DriftBadge } from '~/components/DriftWords'
import { RelativeTime } from '~/components/RelativeTime'
import type { Column } from '~/table/columns'
import { Link } from '~/ui/Link'
import { SimulatedBadge, StateGlyph, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count } from '~/util/units'

export type Asset = components['schemas']['PageBody_AssetSummary']['items'][number]

type Word = 'platform' | 'kind' | 'site' | 'env' | 'workload' | 'owner' | 'project' | 'region' | 'account' | 'os' | 'state' | 'criticality' | 'exposure' | 'connector' | 'family'

/** By these the server sorts; by the others one groups. */
const SORTED = new Set<string>(['platform', 'site', 'env', 'family'])

function word(id: Word, header: string, rest: Partial<Column<Asset>> = {}): Column<Asset> {
  const cell = (row: Asset) => (row[id] ? <Text>{row[id]}</Text> : <Unknown />)
  return { id, header, cell, text: (row) => row[id], width: 96, grow: 1, sort: SORTED.has(id) ? id : undefined, ...rest }
}

function figure(id: 'differences' | 'packages' | 'pending_security' | 'unknowns', header: string, rest: Partial<Column<Asset>> = {}): Column<Asset> {
  const cell = (row: Asset) => {
    const value = row[id]
    return value === null || value === undefined ? <span title="unknown"><StateGlyph state="unknown" /><span className="sr-only">unknown</span></span> : count(value)
  }
  return { id, header, cell, text: (row) => row[id], width: 96, align: 'right', ...rest }
}

function moment(id: 'drift_since' | 'first_seen' | 'fact_from', header: string, rest: Partial<Column<Asset>> = {}): Column<Asset> {
  return { id, header, cell: (row) => (row[id] ? <RelativeTime at={row[id]} /> : <Unknown />), text: (row) => row[id], width: 96, ...rest }
}

const name: Column<Asset> = {
  id: 'name', header: 'Name', sort: 'name', width: 230, grow: 3, card: 'title', text: (row) => row.name,
  cell: (row) => <span className="flex min-w-0 items-center gap-2"><Link to={path.asset(row.id)} tabIndex={-1} className="min-w-0 truncate hover:underline"><Text>{row.name}</Text></Link>{row.simulated && <SimulatedBadge compact />}</span>,
}

export const COLUMNS: Column<Asset>[] = [
  name,
  { id: 'drift', header: 'Drift', sort: 'drift', width: 108, card: 'aside', text: (row) => row.drift, cell: (row) => <DriftBadge drift={row.drift} /> },
  word('platform', 'Platform', { card: 'line' }),
  word('site', 'Site', { width: 72, card: 'line' }),
  word('env', 'Environment', { width: 96, card: 'line' }),
  word('workload', 'Workload', { card: 'line' }),
  { id: 'image', header: 'Image', width: 170, grow: 2, text: (row) => row.image, cell: (row) => (row.image ? <Text>{row.image}</Text> : <Unknown why="Not linked to a golden image" />) },
  figure('differences', 'Differences', { sort: '-differences' }),
  figure('packages', 'Packages', { hidden: true }),
  figure('pending_security', 'Updates due', { sort: '-pending_security' }),
  moment('drift_since', 'Drift since', { sort: 'drift_since' }),
  word('owner', 'Owner', { hidden: true }), word('project', 'Project', { hidden: true }), word('kind', 'Kind', { hidden: true, width: 130 }),
  word('region', 'Region', { hidden: true }), word('account', 'Account', { hidden: true, width: 160 }), word('os', 'System', { hidden: true }),
  word('state', 'State', { hidden: true }), word('criticality', 'Criticality', { hidden: true }), word('exposure', 'Exposure', { hidden: true }),
  word('connector', 'Connector', { hidden: true }), figure('unknowns', 'Not compared', { hidden: true }),
  { id: 'freshness', header: 'Confirmed', width: 130, hidden: true, text: (row) => row.confirmed_at, cell: (row) => <Age freshness={row.freshness} at={row.confirmed_at} /> },
  moment('first_seen', 'First seen', { hidden: true, sort: 'first_seen' }), moment('fact_from', 'Facts since', { hidden: true }),
]

export const GROUPS: [string, string][] = [
  ['', 'No groups'], ['platform', 'Platform'], ['site', 'Site'], ['env', 'Environment'], ['workload', 'Workload'], ['owner', 'Owner'], ['project', 'Project'],
  ['family', 'Image family'], ['image', 'Image'], ['os', 'System'], ['os_version', 'System version'], ['drift', 'Drift'], ['drift_severity', 'Drift severity'],
  ['kind', 'Kind'], ['region', 'Region'], ['account', 'Account'], ['criticality', 'Criticality'], ['exposure', 'Exposure'], ['connector', 'Connector'], ['freshness', 'Freshness'], ['listed', 'Last listing'], ['lag', 'Patch lag'], ['simulated', 'Simulated'],
]
