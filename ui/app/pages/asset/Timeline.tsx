import { useApi } from '~/api/query'
import { TimeSlider } from '~/charts/TimeSlider'
import { useNow } from '~/components/RelativeTime'
import { useAsOf, useSetAsOf } from '~/state/as-of'
import { Skeleton } from '~/ui/Skeleton'
import { changeWords, type Moment } from './facts'

/** The API answers microseconds, the page sends milliseconds: the next one is safely after the moment. */
export const justAfter = (at: string) => new Date(Date.parse(at) + 1)

/** Every moment at which the asset changed, and now: the whole page shows the chosen one. */
export function Timeline({ id }: { id: string }) {
  const history = useApi('/api/v1/assets/{id}/history', { path: { id } })
  const asOf = useAsOf()
  const set = useSetAsOf()
  const now = useNow()
  if (history.error) return null
  if (!history.data) return <Skeleton className="h-14" />
  const oldest = [...history.data].reverse()
  const moments = oldest.map((moment, i) => ({ at: moment.recorded_from, label: changeWords(moment, i === 0) }))
  const last = moments.length
  const shown = asOf ? atOrBefore(oldest, asOf) : last
  const choose = (index: number) => set(oldest[index] && justAfter(oldest[index].recorded_from), { replace: true })
  return (
    <section aria-label="Moments" className="border-t border-line pt-2" data-chrome>
      <TimeSlider label="Moment that the page shows" value={Math.max(shown, 0)} onChange={choose} moments={[...moments, { at: now.toISOString(), label: 'now' }]} />
    </section>
  )
}

/** The moment that held at that time; -1 is before the first. */
const atOrBefore = (oldest: Moment[], asOf: string) => oldest.findLastIndex((moment) => Date.parse(moment.recorded_from) <= Date.parse(asOf))
