import type { components } from '~/api/generated/schema'
import { TrendChart, type Series } from '~/charts/TrendChart'
import { EmptyState } from '~/components/States'

const SERIES: Series[] = [
  { key: 'critical', label: 'critical', tone: 'critical' }, { key: 'high', label: 'high', tone: 'high' }, { key: 'medium', label: 'medium', tone: 'warning' },
  { key: 'low', label: 'low or no risk', tone: 'none' }, { key: 'unknown', label: 'not rated', tone: 'unknown' },
]

/** By severity: how urgent each was on a past day is not kept. Days of which findings are not known are left out, not drawn as none. */
export function FindingsTrend({ trend }: { trend: components['schemas']['Trend'] }) {
  const points = trend.points.flatMap(({ day, findings }) => (findings ? [{ day, values: { critical: findings.critical, high: findings.high, medium: findings.medium, low: findings.low, unknown: findings.unknown } }] : []))
  if (points.length < 2) return <EmptyState compact title="No history yet">The line starts with the second day on which findings are known{points[0] && `, after ${points[0].day}`}.</EmptyState>
  return <TrendChart points={points} series={SERIES} label={`Vulnerabilities by severity over ${points.length} days`} unit="vulnerabilities" />
}
