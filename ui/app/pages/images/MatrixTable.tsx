import { Link } from '~/ui/Link'
import { SimulatedBadge, StateGlyph } from '~/ui/State'
import { cx } from '~/util/class'
import { path, term, terms } from '~/util/path-builder'
import { count } from '~/util/units'
import { age, cellState, total, words, type MatrixCell, type MatrixData, type MatrixRow, type Pointed } from './matrix'
import { ImageBadge } from './status'

interface Props { matrix: MatrixData; rows: MatrixRow[]; q?: string; onPoint: (pointed: Pointed | undefined) => void }

const GROUND = { critical: 'bg-critical/14', warning: 'bg-warning/14', ok: 'bg-ok/10', unknown: 'hatch' } as const
const HEAD = 'sticky top-0 z-20 bg-bg px-2 pb-1 text-left font-normal whitespace-nowrap'

/** A real table: families as groups, versions as rows, the newest first. */
export function MatrixTable({ matrix, rows, q, onPoint }: Props) {
  const families = [...new Set(rows.map((row) => row.family))]
  return (
    <div role="region" aria-label="Image versions by place" tabIndex={0} className="min-h-72 grow overflow-auto" onMouseLeave={() => onPoint(undefined)}>
      <table className="num border-separate border-spacing-x-[2px] border-spacing-y-[1px]">
        <caption className="sr-only">Image versions by {matrix.by}: assets, findings, age</caption>
        <thead className="text-xs text-meta">
          <tr>
            <th scope="col" className={cx(HEAD, 'left-0 z-30 min-w-48 max-md:min-w-32')}>Version</th>
            <th scope="col" className={cx(HEAD, 'text-right')}>Assets</th>
            {matrix.columns.map((column) => (
              <th key={column.value ?? ''} scope="col" className={HEAD}>
                <Link className="inline-block py-0.5 hover:underline" to={path.fleet({ q: terms(q, term(matrix.by, column.value)) })}><bdi className="inline-block max-w-32 truncate align-bottom text-dim">{column.value ?? 'unknown'}</bdi> {count(column.assets)}<span className="sr-only"> assets</span></Link>
              </th>
            ))}
          </tr>
        </thead>
        {families.map((family) => <FamilyRows key={family} family={family} rows={rows.filter((row) => row.family === family)} matrix={matrix} q={q} onPoint={onPoint} />)}
      </table>
    </div>
  )
}

function FamilyRows({ family, rows, matrix, q, onPoint }: Props & { family: string }) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={matrix.columns.length + 2} className="border-t border-line pt-2 text-left font-semibold">
          <span className="sticky left-0 inline-flex max-w-80 items-center gap-2"><Link to={path.family(family)} className="min-w-0 truncate py-0.5 hover:underline"><bdi>{family}</bdi></Link>{rows.every((row) => row.simulated) && <SimulatedBadge compact />}</span>
        </th>
      </tr>
      {rows.map((row) => <VersionRow key={row.id} row={row} matrix={matrix} q={q} onPoint={onPoint} />)}
    </tbody>
  )
}

function VersionRow({ row, matrix, q, onPoint }: Omit<Props, 'rows'> & { row: MatrixRow }) {
  const run = term('image', `${row.family}:${row.version}`)
  const at = (value: string | null | undefined) => row.cells.find((cell) => (cell.value ?? null) === (value ?? null))
  const faded = !row.newest && row.superseded_at != null
  const tell = () => onPoint({ row })
  return (
    <tr className={cx(faded && 'text-meta')}>
      <th scope="row" onMouseEnter={tell} onFocus={tell} className="sticky left-0 z-10 bg-bg px-2 text-left font-normal">
        <span className="flex items-center justify-between gap-3">
          <Link to={path.image(row.family, row.version)} className={cx('block max-w-40 min-w-6 truncate py-0.5 hover:underline', row.revoked && 'line-through')}><bdi>{row.version}</bdi></Link>
          <span className="text-xs max-md:[&_svg~*]:sr-only"><ImageBadge {...row} /></span>
        </span>
      </th>
      <td className="px-2 text-right"><Link className="inline-block min-w-6 py-0.5 hover:underline" to={path.fleet({ q: terms(q, run) })}>{count(row.assets)}<span className="sr-only"> assets run {row.family}:{row.version}</span></Link></td>
      {matrix.columns.map((column) => {
        const cell = at(column.value)
        return cell ? <Cell key={column.value ?? ''} row={row} cell={cell} faded={faded} to={path.fleet({ q: terms(q, run, term(matrix.by, column.value)) })} onPoint={onPoint} />
          : <td key={column.value ?? ''} className="px-2 text-meta"><span aria-hidden>·</span><span className="sr-only">none</span></td>
      })}
    </tr>
  )
}

interface CellProps { row: MatrixRow; cell: MatrixCell; faded: boolean; to: string; onPoint: (pointed: Pointed) => void }

/** Assets, what is wrong with them, and for how long. */
function Cell({ row, cell, faded, to, onPoint }: CellProps) {
  const state = cellState(row, cell)
  const tell = () => onPoint({ row, cell })
  const since = age(cell)
  return (
    <td className="p-0" onMouseEnter={tell} onFocus={tell}>
      <Link to={to} className={cx('flex h-7 min-w-28 items-center gap-1.5 rounded-sm px-2 whitespace-nowrap hover:shadow-[inset_0_0_0_1px_var(--line-strong)]', !faded && GROUND[state as keyof typeof GROUND], row.revoked && 'crossed')}>
        <StateGlyph state={state} />
        <span aria-hidden className={cx('font-semibold', state === 'unknown' && 'bg-bg px-0.5', row.revoked && 'line-through')}>{count(cell.assets)}</span>
        <span aria-hidden className="grow text-right text-xs">
          {[cell.findings && total(cell.findings) > 0 && `${count(total(cell.findings))} vuln`, since].filter(Boolean).join(' · ')}
        </span>
        <span className="sr-only">{words(row, cell)}</span>
      </Link>
    </td>
  )
}
