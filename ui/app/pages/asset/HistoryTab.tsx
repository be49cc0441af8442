import { useApi } from '~/api/query'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { useSetAsOf } from '~/state/as-of'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { absolute } from '~/util/time'
import { plural } from '~/util/units'
import { Changes } from './Changes'
import { changeWords, type Moment } from './facts'
import { justAfter } from './Timeline'

const NOW = 'now'
const moment = (text: string | undefined) => (text && (text === NOW || !Number.isNaN(Date.parse(text))) ? text : undefined)
const read = (raw: RawSearch) => ({ from: moment(raw.from), to: moment(raw.to) })

/** What changed and when; and the difference between any two moments. */
export function HistoryTab({ id }: { id: string }) {
  const history = useApi('/api/v1/assets/{id}/history', { path: { id } })
  if (history.error) return <ErrorState error={history.error} retry={() => void history.refetch()} />
  if (!history.data) return <SkeletonRows rows={8} />
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Between id={id} moments={history.data} />
      <Section title="Moments" note={`${plural(history.data.length, 'moment')}, the newest first`}>
        <ol>{history.data.map((each, i) => <Line key={each.recorded_from} moment={each} first={i === history.data.length - 1} open={i === 0} />)}</ol>
      </Section>
    </div>
  )
}

function Between({ id, moments }: { id: string; moments: Moment[] }) {
  const [url, set] = useUrl(read)
  const options = [[NOW, 'now'] as const, ...moments.map((each) => [each.recorded_from, absolute(new Date(each.recorded_from))] as const)]
  const from = url.from && url.from !== NOW ? url.from : (moments[1] ?? moments[0])?.recorded_from
  const to = url.to ?? NOW
  const input = { path: { id }, query: { from: from ?? '', to: to === NOW ? undefined : to } }
  const diff = useApi('/api/v1/assets/{id}/diff', input, { enabled: from !== undefined })
  return (
    <Section title="Difference between two moments">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <span className="text-meta">from</span><Select aria-label="From" value={from} options={options.slice(1)} onChange={(event) => set({ from: event.target.value })} />
        <span className="text-meta">to</span><Select aria-label="To" value={to} options={options} onChange={(event) => set({ to: event.target.value })} />
      </div>
      {diff.error ? <ErrorState compact error={diff.error} retry={() => void diff.refetch()} /> : diff.data ? <Changes diff={diff.data} /> : <SkeletonRows rows={3} />}
    </Section>
  )
}

function Line({ moment: each, first, open }: { moment: Moment; first: boolean; open: boolean }) {
  const set = useSetAsOf()
  const empty = changeWords(each, false) === changeWords({ ...each, changes: { facts: [], packages_added: [], packages_changed: [], packages_removed: [] } }, false)
  return (
    <li className="border-b border-line py-2 last:border-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <RelativeTime at={each.recorded_from} className="num w-24 text-meta" />
        <span className="grow">{changeWords(each, first)}</span>
        <span className="num text-xs text-meta">{absolute(new Date(each.recorded_from))}</span>
        <Button kind="quiet" onClick={() => set(justAfter(each.recorded_from))}>Show the page as of then</Button>
      </div>
      {!empty && <details open={open} className="mt-1 md:pl-24"><summary className="w-fit text-xs text-dim">What changed</summary><Changes diff={each.changes} /></details>}
    </li>
  )
}
