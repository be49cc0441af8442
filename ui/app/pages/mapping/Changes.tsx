import { SimulatedBadge, StateBadge, Unknown } from '~/ui/State'
import { Link, LINK } from '~/ui/Link'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, of, plural } from '~/util/units'
import type { Preview } from './draft'

const NUMBERS = [['gained', 'Gained'], ['changed', 'Changed'], ['lost', 'Lost'], ['unknown_before', 'Unknown now'], ['unknown_after', 'Unknown then']] as const

/** A preview in numbers, in rules that do nothing, and in the first assets. */
export function Changes({ preview }: { preview: Preview }) {
  const idle = preview.rules.filter((rule) => rule.assets === 0)
  const others = preview.changed - preview.examples.length
  return (
    <>
      <p className="num">{of(preview.changed, preview.assets)} assets change{preview.proof_only > 0 && `; ${plural(preview.proof_only, 'more asset')} keep their values and get them from another rule`}.</p>
      <div className="overflow-x-auto">
        <table className="num w-full" aria-label="Changes by field">
          <thead className="text-right text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:pl-3 [&>th]:font-normal"><th scope="col" className="text-left">Field</th>{NUMBERS.map(([key, title]) => <th key={key} scope="col">{title}</th>)}</tr></thead>
          <tbody>
            {preview.fields.map((field) => (
              <tr key={field.field} className="border-t border-line text-right [&>*]:py-1 [&>*]:pl-3">
                <th scope="row" className="text-left font-normal">{field.field}</th>
                {NUMBERS.map(([key]) => <td key={key} className={field[key] === 0 ? 'text-meta' : undefined}>{count(field[key])}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {idle.length > 0 && <StateBadge state="warning">{idle.length === 1 ? 'one rule decides nothing' : `${idle.length} rules decide nothing`}: <Text wrap>{idle.map((rule) => rule.name).join(', ')}</Text></StateBadge>}
      {preview.examples.length > 0 && (
        <ul className="grid" aria-label="Assets that change">
          {preview.examples.map((asset) => (
            <li key={asset.id} className="grid gap-0.5 border-t border-line py-1.5">
              <p className="flex flex-wrap items-center gap-x-2"><Link className={LINK} to={path.asset(asset.id)}><Text>{asset.name}</Text></Link>{asset.simulated && <SimulatedBadge />}</p>
              {asset.fields.map((field) => (
                <p key={field.field} className="text-xs text-dim">
                  {field.field}: {field.before == null ? <Unknown /> : <Text>{field.before}</Text>} → {field.after == null ? <Unknown /> : <strong className="font-semibold"><Text>{field.after}</Text></strong>} {field.rule ? <>by <Text>{field.rule}</Text></> : 'as the connector says'}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
      {others > 0 && <p className="text-xs text-meta">and {count(others)} more</p>}
    </>
  )
}
