import type { components } from '~/api/generated/schema'
import { useList } from '~/api/query'
import { EmptyState } from '~/components/States'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { useTableUrl } from '~/table/url'
import { Link, LINK } from '~/ui/Link'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { severityState } from '~/util/states'
import { percent } from '~/util/units'

type Row = components['schemas']['ImageVulnerability']
const name = (row: Row) => row.cves[0] ?? row.advisory

const COLUMNS: Column<Row>[] = [
  { id: 'id', header: 'Vulnerability', width: 170, grow: 1, card: 'title', text: name, cell: (row) => <Link className={LINK} to={path.fleet({ q: term('cve', name(row)) })}><Text>{name(row)}</Text></Link> },
  { id: 'severity', header: 'Severity', width: 110, card: 'aside', text: (row) => row.severity, cell: (row) => (row.severity ? <StateBadge state={severityState(row.severity)}>{row.severity}</StateBadge> : <Unknown why="No source rates it" />) },
  { id: 'kev', header: 'Exploited', width: 110, text: (row) => row.known_exploited, cell: (row) => (row.known_exploited ? <StateBadge state="critical">exploited</StateBadge> : <span className="text-meta">not listed</span>) },
  { id: 'epss', header: 'EPSS', width: 84, align: 'right', text: (row) => row.exploit_probability, cell: (row) => (row.exploit_probability == null ? <Unknown /> : percent(100 * row.exploit_probability)) },
  { id: 'package', header: 'Package', width: 160, grow: 1, card: 'line', text: (row) => row.package, cell: (row) => <Text mono>{row.package}</Text> },
  { id: 'version', header: 'Version', width: 150, grow: 1, card: 'line', text: (row) => row.version, cell: (row) => <Text mono>{row.version}</Text> },
  { id: 'fixed', header: 'Fixed in', width: 150, grow: 1, text: (row) => row.fixed_version, cell: (row) => (row.fixed_version ? <Text mono>{row.fixed_version}</Text> : <span className="text-meta">no fix published</span>) },
  { id: 'summary', header: 'Summary', width: 200, grow: 2, text: (row) => row.summary, cell: (row) => <Text>{row.summary}</Text> },
]

/** What advisories say of the packages in the image itself, wherever it runs. */
export function Vulnerabilities({ reference, hasSbom }: { reference: string; hasSbom?: boolean }) {
  const [url, set] = useTableUrl()
  const list = useList('/api/v1/images/{image}/vulnerabilities', { path: { image: reference } })
  const empty = hasSbom === false
    ? <EmptyState title="Not known: the image has no SBOM" command={`qlrf image sbom ${reference} sbom.json`}>Attach one, and advisories are matched with the packages that it names.</EmptyState>
    : <EmptyState title="No advisory names a package of this image" command="qlrf feed status">That speaks of the feeds that are imported; see how old they are.</EmptyState>
  return <DataTable<Row> noun="advisory" nouns="advisories" label="Vulnerabilities of the image" columns={COLUMNS} query={list} url={{ ...url, q: undefined }} set={set} rowId={(row) => `${row.advisory} ${row.package} ${row.version}`} empty={empty} />
}
