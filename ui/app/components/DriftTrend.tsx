import type { components } from '~/api/generated/schema'
import { TrendChart, type Series } from '~/charts/TrendChart'
import { EmptyState } from './States'

const SERIES: Series[] = [
  { key: 'current', label: 'current', tone: 'ok' }, { key: 'ahead', label: 'ahead', tone: 'ahead' }, { key: 'outdated', label: 'outdated', tone: 'warning' },
  { key: 'unmanaged', label: 'unmanaged', tone: 'none' }, { key: 'unknown', label: 'unknown', tone: 'unknown' },
]

/** Days before the first asset are not shown: there was nothing to judge. */
export function DriftTrend({ trend }: { trend: components['schemas']['DriftTrend'] }) {
  const first = trend.points.findIndex((point) => point.total > 0)
  const days = first < 0 ? [] : trend.points.slice(first)
  if (days.length < 2) return <EmptyState compact title="No history yet">The first days are being recorded; the line starts with the second one{first >= 0 && `, after ${days[0]?.day}`}.</EmptyState>
  const points = days.map((point) => ({ day: point.day, values: { current: point.current, ahead: point.ahead, outdated: point.outdated, unmanaged: point.unmanaged, unknown: point.unknown } }))
  return <TrendChart points={points} series={SERIES} label={`Assets by drift over ${days.length} days`} unit="assets" />
}
