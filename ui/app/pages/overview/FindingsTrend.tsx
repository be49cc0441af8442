import type { components } from '~/api/generated/schema'
import { TrendChart } from '~/charts/TrendChart'
import { EmptyState } from '~/components/States'
import { URGENCY_SERIES } from '~/components/urgency-levels'

/** As urgent as each was on its day. Days before the first advisories are drawn as not known. */
export function FindingsTrend({ trend }: { trend: components['schemas']['Trend'] }) {
  const first = trend.points.findIndex((point) => point.assets_with_software > 0)
  const days = first < 0 ? [] : trend.points.slice(first)
  const known = days.filter((point) => point.findings)
  if (known.length < 2) return <EmptyState compact title="No history yet">The line starts with the second day on which findings are known{known[0] && `, after ${known[0].day}`}.</EmptyState>
  const points = days.map(({ day, findings }) => ({ day, values: findings ? { ...findings.urgency } : undefined }))
  return <TrendChart points={points} series={URGENCY_SERIES} label={`Vulnerabilities by urgency over ${days.length} days`} unit="vulnerabilities" unknown="no advisories were held" />
}
