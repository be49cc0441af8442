import type { components } from '~/api/generated/schema'
import { StackedBar } from '~/charts/StackedBar'
import { driftParts } from '~/components/DriftWords'
import { Link } from '~/ui/Link'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { ragState } from '~/util/states'
import { count, percent } from '~/util/units'

type Group = components['schemas']['AssetGroup']

/** A list by one dimension: subtotals, and each line opens into exactly its rows. */
export function GroupTable({ by, groups, to }: { by: string; groups: Group[]; to: (value: string | null | undefined) => string }) {
  const total = groups.reduce((sum, group) => sum + group.assets, 0)
  return (
    <div className="min-h-0 overflow-auto border-t border-line" tabIndex={0} role="region" aria-label={`Assets by ${by}`}>
      <table className="num w-full min-w-140">
        <thead className="sticky top-0 bg-bg text-left text-xs text-meta">
          <tr className="h-8 [&>th]:border-b [&>th]:border-line [&>th]:px-2 [&>th]:font-normal">
            <th scope="col">{by}</th><th scope="col" className="text-right">Assets</th><th scope="col" className="text-right">Simulated</th>
            <th scope="col">Coverage</th><th scope="col" className="w-1/2">Drift</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.value ?? ''} className="h-9 border-b border-line hover:bg-hover [&>*]:px-2">
              <th scope="row" className="max-w-60 truncate text-left font-normal"><Link to={to(group.value)} className="hover:underline">{group.value ? <Text>{group.value}</Text> : <Unknown />}</Link></th>
              <td className="text-right">{count(group.assets)}</td>
              <td className="text-right text-meta">{count(group.simulated)}</td>
              <td><StateBadge state={ragState(group.drift.rag)}>{group.drift.coverage_percent == null ? 'no assets' : percent(group.drift.coverage_percent)}</StateBadge></td>
              <td><StackedBar label={`Drift of ${group.value ?? 'unknown'}`} parts={driftParts(group.drift)} /></td>
            </tr>
          ))}
        </tbody>
        <tfoot className="text-meta"><tr className="h-9 [&>*]:px-2"><th scope="row" className="text-left font-normal">{count(groups.length)} groups</th><td className="text-right">{count(total)}</td><td colSpan={3} /></tr></tfoot>
      </table>
    </div>
  )
}
