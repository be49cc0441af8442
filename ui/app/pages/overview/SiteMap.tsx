import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { HeatMap, type Cell } from '~/charts/HeatMap'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { path, term, terms } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { count, of, percent, plural } from '~/util/units'
import type { Tally } from '~/components/DriftWords'

type Site = components['schemas']['Site']

/** Coverage by place: the red square is the way to the assets in it. */
export function SiteMap() {
  const sites = useApi('/api/v1/sites')
  const rows = (sites.data?.sites ?? []).filter((site) => site.total > 0).sort((a, b) => Number(a.site == null) - Number(b.site == null))
  return (
    <Section title="Sites and environments" note={sites.data && `coverage · ${plural(rows.length, 'site')}`}>
      {sites.error ? <ErrorState error={sites.error} retry={() => void sites.refetch()} />
        : !sites.data ? <SkeletonRows rows={8} className="h-[30px]" />
          : rows.length === 0 ? <EmptyState title="No sites yet" command="qlrf connector list">Sites come with the assets that a connector lists.</EmptyState>
            : <Map rows={rows} />}
    </Section>
  )
}

function Map({ rows }: { rows: Site[] }) {
  const environments = [...new Set(rows.flatMap((site) => site.environments.map((each) => each.value ?? null)))].sort((a, b) => Number(a === null) - Number(b === null) || String(a).localeCompare(String(b)))
  return (
    <HeatMap label="Golden-image coverage by site and environment" corner="Site" columns={environments.map((env) => env ?? 'unknown')}
      rows={rows.map((site) => ({
        name: site.site ?? 'unknown',
        to: path.fleet({ q: term('site', site.site) }),
        cells: environments.map((env) => {
          const tally = site.environments.find((each) => (each.value ?? null) === env)
          return tally && cell(tally, terms(term('site', site.site), term('env', env)))
        }),
        total: cell(site, term('site', site.site)),
      }))} />
  )
}

function cell(tally: Tally, q: string): Cell {
  const known = tally.coverage_percent != null
  return {
    state: ragState(tally.rag),
    value: known ? percent(tally.coverage_percent ?? 0, 0) : 'unknown',
    detail: `${of(tally.current, tally.total)} current; opens the ${count(tally.total - tally.current)} that are not: ${count(tally.outdated)} outdated, ${count(tally.ahead)} ahead, ${count(tally.unmanaged)} unmanaged, ${count(tally.unknown)} unknown`,
    to: path.fleet({ q: terms(q, '-drift:current'), sort: '-differences' }),
  }
}
