import { useState, type ReactNode } from 'react'
import type { components } from '~/api/generated/schema'
import { useCan } from '~/api/perms'
import { HeatMap } from '~/charts/HeatMap'
import { PageHeader } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { Tabs } from '~/ui/Tabs'
import { path, term } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import { BY, columnsOf, SHOW, squareOf, useCells, useRows, useSites, type By, type Row, type Show } from './cells'
import { PartForm } from './PartForm'
import { SiteList } from './SiteList'
import { Environments, Projects } from './Words'

type Site = components['schemas']['Site']

const BY_WORDS: Record<By, string> = { env: 'Environment', platform: 'Platform' }
const SHOW_WORDS: Record<Show, string> = { coverage: 'Coverage', age: 'Drift age', findings: 'Findings' }
const LEGEND: Record<Show, string> = {
  coverage: 'Share of assets that run what they should. Green from 90 %, amber from 70 %; unknown and unmanaged assets are not covered. Each square opens the assets that are not current.',
  age: 'Assets whose image is behind, by the oldest class in the square: red for more than 30 d, amber for more than 14 d, green for less or none. Each square opens the assets that it counts.',
  findings: 'Distinct vulnerabilities of the judged assets: red with a critical, an exploited one or one past its SLA; amber with any other. Each square opens its vulnerabilities.',
}

const TABS = ['map', 'list', 'environments', 'projects'] as const

const read = (raw: RawSearch) => ({ by: oneOf(raw.by, BY) ?? 'env', show: oneOf(raw.show, SHOW) ?? 'coverage', tab: oneOf(raw.tab, TABS) ?? 'map' })

/** Where it is bad: places against environments or platforms; and what people say of sites, environments and projects. */
export default function SitesPage() {
  const [{ tab }, set] = useUrl(read)
  const may = useCan('estate:write')
  const [adding, setAdding] = useState(false)
  const sites = useSites()
  const listed = sites.data?.sites
  const assets = listed?.reduce((sum, site) => sum + site.total, 0) ?? 0
  const content = (show: (sites: Site[]) => ReactNode) => (sites.error ? <ErrorState error={sites.error} retry={() => void sites.refetch()} /> : listed ? show(listed) : <SkeletonRows rows={8} className="h-[30px]" />)
  const tabs = [
    { id: 'map', label: 'Map', content: content((each) => <MapTab sites={each} />) },
    { id: 'list', label: 'List', content: content((each) => <SiteList sites={each} />) },
    { id: 'environments', label: 'Environments', content: <Environments /> },
    { id: 'projects', label: 'Projects', content: <Projects /> },
  ]
  return (
    <div className="flex min-h-full flex-col pb-8">
      <PageHeader title="Sites" count={listed && `${plural(listed.length, 'site')} · ${plural(assets, 'asset')}`} asOf={sites.data?.as_of}
        actions={(tab === 'map' || tab === 'list') && <Button disabledReason={may.reason} onClick={() => setAdding(true)}>Declare a site</Button>} />
      <Tabs label="Sites" fill tabs={tabs} value={tab} onChange={(next) => set({ tab: next === 'map' ? undefined : next, sort: undefined, cols: undefined })} />
      {adding && <PartForm noun="site" close={() => setAdding(false)} />}
    </div>
  )
}

function MapTab({ sites }: { sites: Site[] }) {
  const [{ by, show }, set] = useUrl(read)
  const { rows, error, pending } = useRows(sites, by)
  return (
    <>
      <div className="flex gap-2 pb-3">
        <Select aria-label="Columns" value={by} onChange={(event) => set({ by: event.target.value })} options={BY.map((each) => [each, BY_WORDS[each]] as const)} />
        <Select aria-label="Show" value={show} onChange={(event) => set({ show: event.target.value })} options={SHOW.map((each) => [each, SHOW_WORDS[each]] as const)} />
      </div>
      {error ? <ErrorState error={error} />
        : pending ? <SkeletonRows rows={8} className="h-[30px]" />
          : rows.length === 0 ? <EmptyState title="No sites yet" command="qlrf connector add demo sim --config '{&quot;assets&quot;: 10000}' --sync">Sites come with the assets that a connector lists, or are declared.</EmptyState>
            : <Map rows={rows} by={by} show={show} />}
    </>
  )
}

function Map({ rows, by, show }: { rows: Row[]; by: By; show: Show }) {
  const columns = columnsOf(rows)
  const places = rows.map((row) => [...columns.map((column) => squareOf(row, by, column)), squareOf(row, by, undefined)])
  const { cells, error } = useCells(places.flat().filter((square) => square !== undefined), show)
  const cell = (square: (typeof places)[number][number]) => square && cells.get(square.q)
  return (
    <>
      {error ? <ErrorState compact error={error} /> : null}
      <p className="mb-3 max-w-[80ch] text-dim">{LEGEND[show]}</p>
      <HeatMap label={`${SHOW_WORDS[show]} by site and ${BY_WORDS[by].toLowerCase()}`} corner={`Site (${count(rows.length)})`} columns={columns.map((column) => column ?? 'unknown')}
        rows={rows.map((row, i) => ({
          name: row.site ?? 'unknown',
          to: row.site === null ? path.fleet({ q: term('site', null) }) : path.site(row.site),
          cells: columns.map((_, j) => cell(places[i]?.[j])),
          total: cell(places[i]?.[columns.length]),
        }))} />
    </>
  )
}
