import type { components } from '~/api/generated/schema'
import { useCan } from '~/api/perms'
import { useList } from '~/api/query'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { UrgencyScore } from '~/components/Urgency'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { useTableUrl } from '~/table/url'
import { SearchInput } from '~/ui/SearchInput'
import { StateBadge, Unknown } from '~/ui/State'
import { Tabs } from '~/ui/Tabs'
import { Text } from '~/ui/Text'
import { fixState } from '~/util/states'
import { plural } from '~/util/units'
import { ExploitedBadge, FIX_WORDS, SeverityBadge } from '../vulnerabilities/columns'

type Finding = components['schemas']['ImageFinding']
type Package = components['schemas']['Package']
type Software = components['schemas']['ImageSoftware']
type Findings = components['schemas']['ImageVulnerabilities']

const names = ({ fixes }: Finding) => [...new Set(fixes.map((each) => `${each.name} ${each.version}`))].join(', ')
const fixedIn = ({ fixes }: Finding) => [...new Set(fixes.flatMap((each) => each.fixed_version ?? []))].join(', ')

const FINDINGS: Column<Finding>[] = [
  { id: 'id', header: 'Vulnerability', width: 150, grow: 1, card: 'title', text: (row) => row.id, cell: (row) => <span className="flex min-w-0 items-center gap-2" title={row.summary.slice(0, 300)}><Text>{row.id}</Text>{row.kev && <ExploitedBadge />}</span> },
  { id: 'urgency', header: 'Urgency', width: 130, card: 'aside', text: (row) => Math.round(row.urgency.score), cell: (row) => <UrgencyScore finding={row} /> },
  { id: 'severity', header: 'Severity', width: 96, card: 'line', text: (row) => row.severity, cell: (row) => <SeverityBadge severity={row.severity} /> },
  { id: 'packages', header: 'Packages', width: 160, grow: 2, card: 'line', text: names, cell: (row) => <Text mono>{names(row)}</Text> },
  { id: 'fix', header: 'Fix', width: 84, card: 'line', text: (row) => row.fix, cell: (row) => <StateBadge state={fixState(row.fix)}>{FIX_WORDS[row.fix]}</StateBadge> },
  { id: 'fixed_in', header: 'Fixed in', width: 140, grow: 1, card: 'line', text: fixedIn, cell: (row) => (fixedIn(row) ? <Text mono>{fixedIn(row)}</Text> : <span className="text-meta">none published</span>) },
]

const PACKAGES: Column<Package>[] = [
  { id: 'name', header: 'Name', width: 180, grow: 2, card: 'title', text: (row) => row.name, cell: (row) => <Text mono>{row.name}</Text> },
  { id: 'version', header: 'Version', width: 170, grow: 2, card: 'aside', text: (row) => row.version, cell: (row) => <Text mono>{row.version}</Text> },
  { id: 'arch', header: 'Architecture', width: 96, card: 'line', text: (row) => row.arch, cell: (row) => (row.arch ? <Text>{row.arch}</Text> : <Unknown />) },
  { id: 'source', header: 'Source', width: 150, grow: 1, text: (row) => row.source_name, cell: (row) => (row.source_name ? <Text mono>{row.source_name}</Text> : <Unknown />) },
  { id: 'ecosystem', header: 'Ecosystem', width: 110, text: (row) => row.ecosystem, cell: (row) => <Text>{row.ecosystem}</Text> },
]

const TABS = ['findings', 'packages'] as const
const read = (raw: RawSearch) => ({ tab: oneOf(raw.tab, TABS) ?? 'findings' })
const HEIGHT = 'flex h-[min(36rem,70dvh)] flex-col'

/** What a container image holds, and what is wrong with it. */
export function ImageSoftware({ id }: { id: string }) {
  const [{ tab }, set] = useUrl(read)
  const mayFind = useCan('vulnerability:read', 'read').may
  const maySee = useCan('sbom:read', 'read').may
  const tabs = [
    ...(mayFind ? [{ id: 'findings', label: 'Findings', content: <FindingList id={id} /> }] : []),
    ...(maySee ? [{ id: 'packages', label: 'Packages', content: <PackageList id={id} /> }] : []),
  ]
  if (tabs.length === 0) return null
  const open = tabs.some((each) => each.id === tab) ? tab : (tabs[0]?.id ?? tab)
  return (
    <Section title="Software">
      <Tabs label="Software of the image" tabs={tabs} value={open} onChange={(next) => set({ tab: next === 'findings' ? undefined : next, q: undefined, sort: undefined, peek: undefined })} />
    </Section>
  )
}

function FindingList({ id }: { id: string }) {
  const [url, set] = useTableUrl()
  const list = useList('/api/v1/resources/{id}/vulnerabilities', { path: { id } })
  const first = list.data?.pages[0] as Findings | undefined
  if (first && !first.judged) return <NotJudged software={first.software} />
  return (
    <div className={HEIGHT}>
      {first?.counts && <p className="num pb-2 text-dim">{plural(first.total ?? 0, 'finding')}: {byUrgency(first)}. Judged: {first.counts.packages_judged} of {plural(first.counts.packages, 'package')}{first.feeds_as_of && <>, with feeds of <RelativeTime at={first.feeds_as_of} /></>}.</p>}
      <DataTable<Finding> noun="finding" label="Findings of the image" columns={FINDINGS} query={list} url={{ ...url, q: undefined }} set={set} rowId={(row) => row.id}
        empty={<EmptyState title="No advisory names a package of this image">That speaks of the packages that were judged.</EmptyState>} />
    </div>
  )
}

function byUrgency({ urgency }: Findings): string {
  if (!urgency) return 'of unknown urgency'
  const levels = ['critical', 'high', 'medium', 'low', 'unknown'] as const
  return levels.map((level) => `${urgency[level]} ${level === 'unknown' ? 'of unknown urgency' : level}`).join(', ')
}

function PackageList({ id }: { id: string }) {
  const [url, set] = useTableUrl()
  const list = useList('/api/v1/resources/{id}/packages', { path: { id }, query: { q: url.q } })
  const first = list.data?.pages[0] as components['schemas']['ImagePackages'] | undefined
  if (first && first.software.state !== 'known') return <NotJudged software={first.software} />
  return (
    <div className={HEIGHT}>
      <div className="pb-2"><SearchInput label="Package" value={url.q ?? ''} placeholder="Part of a name" onApply={(q) => set({ q: q || undefined })} /></div>
      <DataTable<Package> noun="package" label="Packages of the image" columns={PACKAGES} query={list} url={url} set={set} rowId={(row) => `${row.ecosystem} ${row.name} ${row.version} ${row.arch}`}
        empty={<EmptyState title="No packages">Its databases were read, and nothing is installed.</EmptyState>} />
    </div>
  )
}

function NotJudged({ software: { state, code, detail } }: { software: Software }) {
  if (state === 'in_platforms') return <EmptyState compact title="Several images">It is an index: each of the images that it contains, below, holds its own.</EmptyState>
  if (state === 'unknown') return <EmptyState compact title="Its packages are not known"><Text wrap>{`${detail ?? ''} (${code ?? ''})`}</Text></EmptyState>
  if (state === 'not_read') return <EmptyState compact title="Its packages were not read so far">The coverage of its connector says why, where it should have.</EmptyState>
  return <EmptyState compact title="Not judged" command="qlrf feed sync">No feed speaks of its packages: nothing here says that it is safe.</EmptyState>
}
