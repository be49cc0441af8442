import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge } from '~/ui/State'
import { count } from '~/util/units'

type Report = components['schemas']['DriftReport']
const turn = (word: string | null | undefined, absent: string) => word ?? absent

/** What drift opened and closed on each day on which some asset changed its state. */
export function Reports({ q, days }: { q?: string; days: number }) {
  const reports = useApi('/api/v1/drift/reports', { query: { q, days } }, { keep: true })
  return (
    <Section title="Day by day" note="changes of state; an asset that changed twice counts twice">
      {reports.error ? <ErrorState error={reports.error} retry={() => void reports.refetch()} />
        : !reports.data ? <SkeletonRows rows={4} />
          : reports.data.items.length === 0 ? <EmptyState compact title="No asset changed its state in these days" /> : <Table items={reports.data.items} />}
    </Section>
  )
}

const Table = ({ items }: { items: Report[] }) => (
  <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Drift day by day">
    <table className="num w-full min-w-160 text-right">
      <thead className="text-xs text-meta"><tr className="[&>th]:px-2 [&>th]:pb-1 [&>th]:font-normal"><th scope="col" className="text-left">Day, UTC</th><th scope="col">Opened</th><th scope="col">Closed</th><th scope="col">First judged</th><th scope="col">Left</th><th scope="col">Changes</th><th scope="col" className="w-1/2 text-left">From and to</th></tr></thead>
      <tbody>
        {items.map((report) => (
          <tr key={report.day} className="border-t border-line [&>*]:px-2 [&>*]:py-1.5 [&>*]:align-top">
            <th scope="row" className="text-left font-normal whitespace-nowrap">{report.day}</th>
            <td>{count(report.opened)}</td><td>{count(report.closed)}</td><td>{count(report.first_judged)}</td><td>{count(report.left)}</td>
            <td className="whitespace-nowrap">{count(report.assets)}{report.simulated > 0 && <span className="ml-2 inline-flex items-center gap-1 text-xs text-meta">{count(report.simulated)}<SimulatedBadge compact /></span>}</td>
            <td className="text-left text-dim">{report.turns.map((each) => `${turn(each.before, 'new')} → ${turn(each.after, 'gone')} ${count(each.assets)}`).join(' · ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
