import { useApi } from '~/api/query'
import { DriftTrend } from '~/components/DriftTrend'
import { PageHeader, Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { Skeleton } from '~/ui/Skeleton'
import { SimulatedBadge } from '~/ui/State'
import { count, plural } from '~/util/units'
import { Attention } from './Attention'
import { Figures } from './Figures'
import { Health } from './Health'
import { FindingsTrend } from './FindingsTrend'
import { Offenders } from './Offenders'
import { Platforms } from './Platforms'
import { SiteMap } from './SiteMap'

const TREND_DAYS = 90
export default function OverviewPage() {
  const overview = useApi('/api/v1/overview/metrics')
  const trend = useApi('/api/v1/drift/trends', { query: { days: TREND_DAYS } })
  const past = useApi('/api/v1/overview/trends', { query: { days: TREND_DAYS } })
  const data = overview.data
  if (overview.error && !data) return <><PageHeader title="Overview" /><ErrorState error={overview.error} retry={() => void overview.refetch()} /></>
  if (data && data.assets.total === 0) return <><PageHeader title="Overview" asOf={data.as_of} /><NothingYet /></>
  return (
    <div className="pb-8">
      <PageHeader title="Overview" count={data && plural(data.assets.total, 'asset')} asOf={data?.as_of}
        badge={data && data.assets.simulated > 0 && <span className="num flex items-center gap-1.5 text-xs text-meta"><SimulatedBadge />{count(data.assets.simulated)} of them</span>} />
      <Figures overview={data} trend={trend.data} past={past.data} />
      <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-x-10 gap-y-6 max-xl:grid-cols-1">
        <div className="grid min-w-0 content-start gap-6">
          <Attention overview={data} />
          <Section title="Vulnerabilities over time" note={`${TREND_DAYS} d · by severity`}>
            {past.error ? <ErrorState error={past.error} retry={() => void past.refetch()} /> : past.data ? <FindingsTrend trend={past.data} /> : <Skeleton className="h-[222px]" />}
          </Section>
          <Section title="Drift over time" note={`${TREND_DAYS} d`}>
            {trend.error ? <ErrorState error={trend.error} retry={() => void trend.refetch()} /> : trend.data ? <DriftTrend trend={trend.data} /> : <Skeleton className="h-[222px]" />}
          </Section>
        </div>
        <div className="grid min-w-0 content-start gap-6">
          <SiteMap />
          <Platforms overview={data} />
          <Offenders />
          <Health />
        </div>
      </div>
    </div>
  )
}

const NothingYet = () => (
  <EmptyState title="No assets yet" command={'qlrf connector add demo sim --config \'{"assets": 10000}\' --sync'}>
    Add a connector, and the estate appears here. To look around first, load a simulated estate: it is marked as such and can be removed.
  </EmptyState>
)
