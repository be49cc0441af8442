import { flexRender, type Row as Model } from '@tanstack/react-table'
import { ArrowDown, ArrowUp, RefreshCw } from 'lucide-react'
import type { CSSProperties } from 'react'
import { asApiError } from '~/api/errors'
import { RelativeTime } from '~/components/RelativeTime'
import { Button } from '~/ui/Button'
import { Checkbox } from '~/ui/Field'
import { Skeleton } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { cx } from '~/util/class'
import { of, plural } from '~/util/units'
import type { Column } from './columns'
import { nextSort } from './url'

interface HeaderProps<Row> { columns: Column<Row>[]; grid: CSSProperties; phone: boolean; sort?: string; onSort: (sort: string | undefined) => void }

export function HeaderRow<Row>({ columns, grid, phone, sort, onSort }: HeaderProps<Row>) {
  return (
    <div role="rowgroup" className={cx('sticky top-0 z-10', phone && 'sr-only')}>
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
  index: number
  model: Model<Row>
  grid: CSSProperties
  place: CSSProperties
  active: boolean
  chosen: boolean
  onChoose: () => void
  onActivate: () => void
  to?: string
  onPeek?: () => void
}

const ROW = 'absolute inset-x-0 top-0 border-b border-line'
const ground = (active: boolean, chosen: boolean) => cx(chosen ? 'bg-accent-weak' : active ? 'bg-hover' : 'hover:bg-hover', active && 'shadow-[inset_2px_0_0_var(--accent)]')

export function RowLine<Row>({ id, index, model, grid, place, active, chosen, onChoose, onActivate, onPeek }: LineProps<Row>) {
  return (
    <div role="row" id={id} aria-rowindex={index + 2} aria-selected={chosen} onClick={onActivate} onDoubleClick={onPeek}
      style={{ ...grid, ...place }} className={cx(ROW, 'grid items-center', ground(active, chosen))}>
      <span role="gridcell" className="grid h-full place-items-center"><Checkbox label={`Choose row ${index + 1}`} hideLabel checked={chosen} onChange={onChoose} tabIndex={-1} /></span>
      {model.getVisibleCells().map((cell) => (
        <span key={cell.id} role="gridcell" className={cx('num min-w-0 truncate px-2', cell.column.columnDef.meta?.column.align === 'right' && 'text-right')}>
          {flexRender(cell.column.columnDef.cell, cell.getContext())}
        </span>
      ))}
    </div>
  )
}

/** The same row on a phone: two lines, touch-sized. */
export function RowCard<Row>({ id, index, model, place, active, chosen, onActivate, onPeek }: LineProps<Row>) {
  const at = (slot: string) => model.getVisibleCells().filter((cell) => cell.column.columnDef.meta?.column.card === slot)
  return (
    <div role="row" id={id} aria-rowindex={index + 2} aria-selected={chosen} onClick={(event) => { onActivate(); if (!event.defaultPrevented) onPeek?.() }} style={place}
      className={cx(ROW, 'grid content-center gap-0.5 px-3', ground(active, chosen))}>
      <div role="presentation" className="flex min-w-0 items-center gap-2">
        {at('title').map((cell) => <span key={cell.id} role="gridcell" className="min-w-0 grow truncate">{flexRender(cell.column.columnDef.cell, cell.getContext())}</span>)}
        {at('aside').map((cell) => <span key={cell.id} role="gridcell" className="shrink-0">{flexRender(cell.column.columnDef.cell, cell.getContext())}</span>)}
      </div>
      <div role="presentation" className="num flex min-w-0 gap-1.5 overflow-hidden text-xs whitespace-nowrap text-meta [&>*+*]:before:mr-1.5 [&>*+*]:before:content-['·']">
        {at('line').map((cell) => <span key={cell.id} role="gridcell">{flexRender(cell.column.columnDef.cell, cell.getContext())}</span>)}
      </div>
    </div>
  )
}

interface SkeletonProps<Row> { columns: Column<Row>[]; grid: CSSProperties; height: number; phone: boolean; place?: CSSProperties }

export function SkeletonLine<Row>({ columns, grid, height, phone, place }: SkeletonProps<Row>) {
  const box = cx(place && 'absolute inset-x-0 top-0', 'items-center border-b border-line')
  if (phone) return <div aria-hidden style={{ height, ...place }} className={cx(box, 'grid px-3')}><Skeleton className="h-3 w-3/5" /><Skeleton className="h-3 w-2/5" /></div>
  return (
    <div aria-hidden style={{ ...grid, height, ...place }} className={cx(box, 'grid')}>
      <span />{columns.map((column) => <span key={column.id} className="px-2"><Skeleton className="h-3 w-3/5" /></span>)}
    </div>
  )
}

interface FooterProps { noun: string; nouns: string; loaded: number; total?: number; asOf?: string; stale: boolean; error?: unknown; onRefresh: () => void; more: boolean }

/** Says what the list is: how much of it is here, of which moment, and whether something changed since. */
export function TableFooter({ noun, nouns, loaded, total, asOf, stale, error, onRefresh, more }: FooterProps) {
  return (
    <p className="num flex h-7 shrink-0 items-center gap-3 border-t border-line px-2 text-xs text-meta max-md:h-9">
      <span>{total === undefined ? plural(loaded, noun, nouns) : more ? `${of(loaded, total)} ${nouns} loaded` : plural(total, noun, nouns)}</span>
      {asOf && <span>facts of <RelativeTime at={asOf} /></span>}
      {error ? <StateBadge state="stale">not refreshed: {asApiError(error).message}</StateBadge> : stale && <StateBadge state="stale">changed since</StateBadge>}
      {(stale || !!error) && <Button kind="quiet" icon={<RefreshCw />} className="h-6!" onClick={onRefresh}>Refresh</Button>}
    </p>
  )
}
