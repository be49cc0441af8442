import { useApi } from '~/api/query'
import { TrendChart, type Series } from '~/charts/TrendChart'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Select } from '~/ui/Field'
import { Skeleton } from '~/ui/Skeleton'
import { of } from '~/util/units'

const DAYS = ['30', '90'] as const
const SERIES: Series[] = [{ key: 'affected', label: 'affected', tone: 'critical' }, { key: 'fixed', label: 'fixed since', tone: 'ok' }]
const read = (raw: RawSearch) => ({ days: oneOf(raw.days, DAYS) ?? '30' })

/** On how many assets it was, and on how many it is gone again, day by day from facts. */
export function Course({ id, q }: { id: string; q?: string }) {
  const [{ days }, set] = useUrl(read)
  const trend = useApi('/api/v1/vulnerabilities/{id}/trends', { path: { id }, query: { q, days: Number(days) } }, { keep: true })
  const choice = <Select aria-label="Days shown" value={days} onChange={(event) => set({ days: event.target.value }, { replace: true })} options={DAYS.map((each) => [each, `${each} d`] as const)} />
  const first = trend.data?.points.findIndex((point) => point.assets_with_software > 0) ?? -1
  const shown = first < 0 ? [] : (trend.data?.points.slice(first) ?? [])
  const last = shown.at(-1)
  const points = shown.map(({ day, affected, fixed, assets_with_software: total }) => ({ day, total, values: affected == null ? undefined : { affected, fixed: fixed ?? 0 } }))
  return (
    <Section title="Affected and fixed over time" className="mt-6" note={last?.affected != null && `${of(last.affected, last.assets_with_software)} assets whose software is known, at the end of each day, UTC`} actions={choice}>
      {trend.error && !trend.data ? <ErrorState compact error={trend.error} retry={() => void trend.refetch()} />
        : !trend.data ? <Skeleton className="h-[222px]" />
          : points.length < 2 ? <EmptyState compact title="No history yet">It is known here since {trend.data.known_since}; the line starts with the second day.</EmptyState>
            : <TrendChart points={points} series={SERIES} label={`Assets with ${id} over ${points.length} days`} unit="assets" unknown="no advisory that names it was held" />}
    </Section>
  )
}
