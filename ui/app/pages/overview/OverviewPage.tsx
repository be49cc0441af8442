import type { ComponentProps } from 'react'
import { useApi } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { useAskedScope } from '~/state/scope'
import { SimulatedBadge } from '~/ui/State'
import { cx } from '~/util/class'
import { count, plural } from '~/util/units'
import { TREND_DAYS } from './asks'
import { Attention, Headline } from './Attention'
import { Figures } from './Figures'
import { Health } from './Health'
import { Onboarding } from './Onboarding'
import { Offenders } from './Offenders'
import { Platforms } from './Platforms'
import { SiteMap } from './SiteMap'
import { Trends } from './Trends'

export default function OverviewPage() {
  const overview = useApi('/api/v1/overview/metrics')
  const attention = useApi('/api/v1/overview/attention')
  const trend = useApi('/api/v1/drift/trends', { query: { days: TREND_DAYS } })
  const onboarding = useApi('/api/v1/onboarding')
  const past = useApi('/api/v1/overview/trends', { query: { days: TREND_DAYS } })
  const data = overview.data
  const scope = useAskedScope()
  if (overview.error && !data) return <><PageHeader title="Overview" /><ErrorState error={overview.error} retry={() => void overview.refetch()} /></>
  if (data && data.assets.total === 0) return <><PageHeader title="Overview" asOf={data.as_of} />{scope ? <EmptyState title="No asset is in this scope">Choose another project or environment at the top, or show the whole organisation.</EmptyState> : <NothingYet onboarding={onboarding} />}</>
  return (
    <div className="pb-8">
      <PageHeader title="Overview" count={data && plural(data.assets.total, 'asset')} asOf={data?.as_of}
        badge={data && data.assets.simulated > 0 && <span className="num flex items-center gap-1.5 text-xs text-meta"><SimulatedBadge />{count(data.assets.simulated)} of them</span>} />
      <Headline attention={attention} />
      <Figures overview={data} trend={trend.data} past={past.data} />
      <Health />
      <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-x-10 gap-y-6 max-xl:grid-cols-1">
        <div className="grid min-w-0 content-start gap-6">
          <Attention attention={attention} />
          {/* Shown when it is known how much needs attention: what lies below does not move. */}
          <div className={cx('grid min-w-0 content-start gap-6', attention.isPending && 'invisible')}>
            <Trends past={past} drift={trend} />
          </div>
        </div>
        <div className="grid min-w-0 content-start gap-6">
          <SiteMap />
          {/* Shown when it is known whether the first steps are done: what lies below them does not move. */}
          <div className={cx('grid min-w-0 content-start gap-6', onboarding.isPending && 'invisible')}>
            <Onboarding onboarding={onboarding} />
            <Platforms overview={data} />
            <Offenders />
          </div>
        </div>
      </div>
    </div>
  )
}

const NothingYet = ({ onboarding }: ComponentProps<typeof Onboarding>) => (
  <div className="max-w-2xl">
    <EmptyState title="No assets yet" command="qlrf connector sync this-host">The estate appears here as soon as a connector has listed something.</EmptyState>
    <Onboarding onboarding={onboarding} />
  </div>
)
