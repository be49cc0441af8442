import { Link } from '~/ui/Link'
import { StateGlyph } from '~/ui/State'
import { cx } from '~/util/class'
import { usePhone } from '~/util/media'
import type { State } from '~/util/states'

/** `note` is the denominator, where there is room for it; `detail` says everything. */
export interface Cell { state: State; value: string; note?: string; detail: string; to?: string }
interface Props { label: string; corner: string; columns: string[]; rows: { name: string; to?: string; cells: (Cell | undefined)[]; total?: Cell }[] }

const GROUND: Record<State, string> = {
  ok: 'bg-ok/12', warning: 'bg-warning/18', critical: 'bg-critical/18', unknown: 'hatch', stale: 'hatch', simulated: '', progress: 'bg-progress/8',
}

/**
 * A real table: glyph and number in each cell, the ground only helps the eye. `relative` keeps the words for screen readers
 * inside of what scrolls. A phone shows few columns at once, so that the one of all comes first there.
 */
export function HeatMap({ label, corner, columns, rows }: Props) {
  const totals = rows.some((row) => row.total)
  const first = usePhone()
  const all = totals && <th scope="col" className="px-2 pb-1 font-normal">all</th>
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="num w-full border-separate border-spacing-[2px] text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="text-left text-xs text-meta">
            <th scope="col" className="px-1 pb-1 font-normal">{corner}</th>
            {first && all}
            {columns.map((column) => <th key={column} scope="col" className="px-2 pb-1 font-normal">{column}</th>)}
            {!first && all}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row" className="max-w-40 truncate px-1 text-left font-normal">{row.to ? <Link to={row.to} className="hover:underline"><bdi>{row.name}</bdi></Link> : <bdi>{row.name}</bdi>}</th>
              {first && totals && <HeatCell cell={row.total} />}
              {row.cells.map((cell, i) => <HeatCell key={columns[i]} cell={cell} />)}
              {!first && totals && <HeatCell cell={row.total} />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function HeatCell({ cell }: { cell: Cell | undefined }) {
  if (!cell) return <td className="px-2 text-meta"><span aria-label="none">·</span></td>
  const content = <><span className={cx('flex items-center gap-1.5', cell.state === 'unknown' && 'rounded-sm bg-bg px-1')}><StateGlyph state={cell.state} />{cell.value}</span>{cell.note && <span aria-hidden className={cx('text-xs text-dim max-lg:hidden', cell.state === 'unknown' && 'rounded-sm bg-bg px-1')}>{cell.note}</span>}<span className="sr-only">{cell.detail}</span></>
  const box = cx('flex h-7 items-center gap-1.5 rounded-sm px-2 whitespace-nowrap', GROUND[cell.state])
  return <td className="p-0" title={cell.detail}>{cell.to ? <Link to={cell.to} className={cx(box, 'hover:shadow-[inset_0_0_0_1px_var(--line-strong)]')}>{content}</Link> : <span className={box}>{content}</span>}</td>
}
