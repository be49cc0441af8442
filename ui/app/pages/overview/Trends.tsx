import type { components } from '~/api/generated/schema'
import type { Read } from '~/api/query'
import { DriftTrend } from '~/components/DriftTrend'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { Skeleton } from '~/ui/Skeleton'
import { TREND_DAYS } from './asks'
import { FindingsTrend } from './FindingsTrend'

type Schemas = components['schemas']
interface Props { past: Read<Schemas['Trend']>; drift: Read<Schemas['DriftTrend']> }

/** On the first day, of which no line can be drawn, one sentence stands for both. */
export function Trends({ past, drift }: Props) {
  const days = drift.data?.points.filter((point) => point.total > 0).length
  if (drift.data && days !== undefined && days < 2) return <Section title="Over time"><DriftTrend trend={drift.data} /></Section>
  return (
    <>
      <Section title="Open vulnerabilities over time" note={`${TREND_DAYS} d · by urgency`}>
        {past.error ? <ErrorState error={past.error} retry={() => void past.refetch()} /> : past.data ? <FindingsTrend trend={past.data} /> : <Skeleton className="h-[222px]" />}
      </Section>
      <Section title="Drift over time" note={`${TREND_DAYS} d`}>
        {drift.error ? <ErrorState error={drift.error} retry={() => void drift.refetch()} /> : drift.data ? <DriftTrend trend={drift.data} /> : <Skeleton className="h-[222px]" />}
      </Section>
    </>
  )
}
