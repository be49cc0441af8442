import { useApi } from '~/api/query'
import { ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { changeState, shown, spaced, type Difference } from './words'

interface Row { key: string; what: string; change: string; before: string; after: string }
type Changed = Difference['steps'][number]

/** What makes the plan another than the one that it takes the place of. */
export function Changes({ id, parent }: { id: string; parent: string }) {
  const found = useApi('/api/v1/plans/{plan}/diff', { path: { plan: id }, query: { with: parent } })
  if (found.error) return <ErrorState error={found.error} retry={() => void found.refetch()} />
  if (!found.data) return <SkeletonRows rows={4} />
  const { data } = found
  const rows = rowsOf(data)
  return (
    <>
      <p className="num pb-2 text-dim">{plural(data.targets_added, 'target')} added, {data.targets_removed} removed, {data.targets_changed} changed. Risk {data.risk_score_before} → {data.risk_score_after}.</p>
      {data.same ? <p>Both would do the same to the same.</p> : (
        <div className="overflow-x-auto" role="region" aria-label="Changes" tabIndex={0}>
          <table className="w-full min-w-[32rem]" aria-label="Changes against the plan of before">
            <thead className="text-left text-xs text-meta [&_th]:pr-3 [&_th]:pb-1 [&_th]:font-normal"><tr><th scope="col">What</th><th scope="col">Change</th><th scope="col">Before</th><th scope="col">Now</th></tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key} className="border-t border-line align-top [&>*]:py-1.5 [&>*]:pr-3">
                  <th scope="row" className="text-left font-normal"><Text wrap>{row.what}</Text></th>
                  <td><StateBadge state={changeState(row.change)}>{row.change}</StateBadge></td>
                  <td className="text-dim"><Text wrap>{row.before}</Text></td>
                  <td><Text wrap>{row.after}</Text></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function rowsOf(found: Difference): Row[] {
  const field = (what: string, change: string, of: { field: string; before?: unknown; after?: unknown }): Row =>
    ({ key: `${what} ${of.field}`, what, change, before: shown(of.before), after: shown(of.after) })
  const each = (noun: string, name: string, { change, fields }: Pick<Changed, 'change' | 'fields'>): Row[] =>
    fields.length === 0 ? [{ key: `${noun} ${name}`, what: `${noun} ${name}`, change, before: '', after: '' }] : fields.map((of) => field(`${noun} ${name}: ${of.field}`, change, of))
  return [
    ...found.fields.map((of) => field(of.field, 'changed', of)),
    ...found.steps.flatMap((step) => each('step', step.id, step)),
    ...found.targets.flatMap((target) => each('target', target.name, target).map((row) => ({ ...row, key: `${target.asset_id} ${row.key}` }))),
    ...found.factors.map((of) => ({ key: `risk ${of.factor}`, what: `risk: ${spaced(of.factor)}`, change: 'changed', before: `${of.before}: ${of.basis_before}`, after: `${of.after}: ${of.basis_after}` })),
  ]
}
