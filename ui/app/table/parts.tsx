import { flexRender, type Row as Model } from '@tanstack/react-table'
import { ArrowDown, ArrowUp, RefreshCw } from 'lucide-react'
import { memo, type CSSProperties, type MouseEvent } from 'react'
import { asApiError } from '~/api/errors'
import { RelativeTime } from '~/components/RelativeTime'
import { Button } from '~/ui/Button'
import { Checkbox } from '~/ui/Field'
import { Skeleton } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { visible } from '~/ui/Text'
import { cx } from '~/util/class'
import { count, of, plural } from '~/util/units'
import type { Column } from './columns'
import { nextSort } from './url'

interface HeaderProps<Row> { columns: Column<Row>[]; grid: CSSProperties; sort?: string; onSort: (sort: string | undefined) => void }

export function HeaderRow<Row>({ columns, grid, sort, onSort }: HeaderProps<Row>) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10">
      <div role="row" aria-rowindex={1} style={grid} className="grid h-8 items-center border-b border-line bg-bg text-xs text-meta">
        <span role="columnheader" className="sr-only">Choose</span><span aria-hidden />
        {columns.map((column) => {
          const name = column.sort
          const mine = name !== undefined && sort?.replace('-', '') === name.replace('-', '')
          const direction = !mine ? 'none' : sort?.startsWith('-') ? 'descending' : 'ascending'
          return (
            <span key={column.id} role="columnheader" aria-sort={name && direction !== 'none' ? direction : undefined} className={cx('min-w-0 truncate px-2', column.align === 'right' && 'text-right')}>
              {name
                ? <button type="button" onClick={() => onSort(nextSort(sort, name))} className={cx('inline-flex max-w-full items-center gap-1 hover:text-text', direction !== 'none' && 'font-semibold text-text')}>
                    <span className="truncate">{column.header}</span>
                    {direction === 'ascending' && <ArrowUp aria-hidden className="size-3" />}{direction === 'descending' && <ArrowDown aria-hidden className="size-3" />}
                  </button>
                : column.header}
            </span>
          )
        })}
      </div>
    </div>
  )
}

interface LineProps<Row> {
  id: string
  /** From 0, among the rows. */
  index: number
  /** From 1, with the header where there is one. */
  rowIndex: number
  model: Model<Row>
  columns: Column<Row>[]
  grid: CSSProperties
  start: number
  height: number
  active: boolean
  chosen: boolean
  on: (what: 'choose' | 'activate' | 'peek' | 'point', index: number) => void
}

/** The model is made anew for each window; a row differs when its data do. */
const same = <Row,>(a: LineProps<Row>, b: LineProps<Row>) =>
  a.model.original === b.model.original && a.columns === b.columns && a.grid === b.grid && a.index === b.index && a.rowIndex === b.rowIndex
  && a.start === b.start && a.height === b.height && a.active === b.active && a.chosen === b.chosen && a.on === b.on
const drawnOnce = <Row,>(line: (props: LineProps<Row>) => React.ReactNode) => memo(line, same) as unknown as typeof line

const NAME_MAX = 100
const ROW = 'absolute inset-x-0 top-0 border-b border-line contain-strict'
const ground = (active: boolean, chosen: boolean) => cx(chosen ? 'bg-accent-weak' : active ? 'bg-hover' : 'hover:bg-hover', active && 'shadow-[inset_2px_0_0_var(--accent)]')
const placeOf = (start: number, height: number) => ({ height, transform: `translateY(${start}px)` })

const Box = ({ index, chosen, on }: Pick<LineProps<never>, 'index' | 'chosen' | 'on'>) => (
  <Checkbox label={`Choose row ${index + 1}`} hideLabel checked={chosen} onChange={() => on('choose', index)} tabIndex={-1} />
)

export const RowLine = drawnOnce(function RowLine({ id, index, rowIndex, model, grid, start, height, active, chosen, on }: LineProps<unknown>) {
  return (
    <div role="row" id={id} aria-rowindex={rowIndex} aria-selected={chosen} onClick={() => on('activate', index)} onDoubleClick={() => on('peek', index)} onPointerEnter={() => on('point', index)}
      style={{ ...grid, ...placeOf(start, height) }} className={cx(ROW, 'grid items-center', ground(active, chosen))}>
      <span role="gridcell" className="grid h-full place-items-center"><Box index={index} chosen={chosen} on={on} /></span>
      {model.getVisibleCells().map((cell) => (
        <span key={cell.id} role="gridcell" className={cx('num min-w-0 truncate px-2', cell.column.columnDef.meta?.column.align === 'right' && 'text-right')}>
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </span>
      ))}
    </div>
  )
}) as <Row>(props: LineProps<Row>) => React.ReactNode

/** The same row on a phone: two lines, touch-sized. A tap looks in; on the title it opens, on the box it chooses. */
export const RowCard = drawnOnce(function RowCard({ id, index, rowIndex, model, start, height, active, chosen, on }: LineProps<unknown>) {
  const at = (slot: string) => model.getVisibleCells().filter((cell) => cell.column.columnDef.meta?.column.card === slot)
  const tap = (event: MouseEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest('a, button, label')) return
    on('activate', index)
    on('peek', index)
  }
  return (
    <div role="row" id={id} aria-rowindex={rowIndex} aria-selected={chosen} onClick={tap} style={placeOf(start, height)} className={cx(ROW, 'flex', ground(active, chosen))}>
      <span role="gridcell" className="grid w-11 shrink-0 [&>label]:grid [&>label]:place-items-center"><Box index={index} chosen={chosen} on={on} /></span>
      <div role="presentation" className="grid min-w-0 grow content-center gap-0.5 pr-3">
        <div role="presentation" className="flex min-w-0 items-center gap-2">
          {at('title').map((cell) => <span key={cell.id} role="gridcell" className="min-w-0 grow truncate">{flexRender(cell.column.columnDef.cell, cell.getContext())}</span>)}
          {at('aside').map((cell) => <span key={cell.id} role="gridcell" className="shrink-0">{flexRender(cell.column.columnDef.cell, cell.getContext())}</span>)}
        </div>
        <div role="presentation" className="num flex min-w-0 gap-1.5 overflow-hidden text-xs whitespace-nowrap text-meta [&>*+*]:before:mr-1.5 [&>*+*]:before:content-['·']">
          {at('line').map((cell) => <span key={cell.id} role="gridcell">{flexRender(cell.column.columnDef.cell, cell.getContext())}</span>)}
        </div>
      </div>
    </div>
  )
}) as <Row>(props: LineProps<Row>) => React.ReactNode

interface NameProps extends Pick<LineProps<never>, 'id' | 'index' | 'rowIndex' | 'start' | 'height' | 'on'> { name: ReturnType<Column<never>['text']>; phone: boolean }

/** What a row is called, while it flies past. */
export function RowName({ id, index, rowIndex, name, start, height, phone, on }: NameProps) {
  const words = visible(String(name ?? '').slice(0, NAME_MAX))
  return (
    <div role="row" id={id} aria-rowindex={rowIndex} onClick={() => on(phone ? 'peek' : 'activate', index)} onPointerEnter={() => on('point', index)} style={placeOf(start, height)} className={cx(ROW, 'flex items-center', phone ? 'pl-11' : 'pl-10')}>
      <bdi role="gridcell" className="truncate">{words}</bdi>
    </div>
  )
}

interface SkeletonProps<Row> { columns: Column<Row>[]; grid: CSSProperties; height: number; phone: boolean; start?: number }

export const SkeletonLine = memo(function SkeletonLine({ columns, grid, height, phone, start }: SkeletonProps<unknown>) {
  const place = start === undefined ? undefined : placeOf(start, height)
  const box = cx(place && 'absolute inset-x-0 top-0', 'items-center border-b border-line')
  if (phone) return <div aria-hidden style={{ height, ...place }} className={cx(box, 'grid px-3')}><Skeleton className="h-3 w-3/5" /><Skeleton className="h-3 w-2/5" /></div>
  return (
    <div aria-hidden style={{ ...grid, height, ...place }} className={cx(box, 'grid')}>
      <span />{columns.map((column) => <span key={column.id} className="px-2"><Skeleton className="h-3 w-3/5" /></span>)}
    </div>
  )
}) as unknown as <Row>(props: SkeletonProps<Row>) => React.ReactNode

interface FooterProps { noun: string; nouns: string; loaded?: number; total?: number; far?: number; asOf?: string; stale: boolean; error?: unknown; onRefresh: () => void; fromTop: boolean; more: boolean }

/** Says what the list is: how much of it is here, of which moment, and whether something changed since. */
export function TableFooter({ noun, nouns, loaded, total, far, asOf, stale, error, onRefresh, fromTop, more }: FooterProps) {
  return (
    <div className="num flex h-7 shrink-0 items-center gap-3 overflow-hidden border-t border-line px-2 text-xs whitespace-nowrap text-meta max-md:h-9">
      <span>{loaded === undefined ? 'reading' : total === undefined ? plural(loaded, noun, nouns) : more ? `${of(loaded, total)} ${nouns} loaded` : plural(total, noun, nouns)}</span>
      {far !== undefined && <StateBadge state="progress">reading on to row {count(far + 1)}; scroll back to stop</StateBadge>}
      {asOf && <span className="max-md:hidden">facts of <RelativeTime at={asOf} /></span>}
      {error ? <StateBadge state="stale" className="min-w-0 truncate">not refreshed: {asApiError(error).message} <code>{asApiError(error).code}</code></StateBadge> : stale && <StateBadge state="stale">changed since</StateBadge>}
      {(stale || !!error) && <Button kind="quiet" icon={<RefreshCw />} className="h-6!" onClick={onRefresh}>{fromTop ? 'Refresh from the top' : 'Refresh'}</Button>}
    </div>
  )
}
