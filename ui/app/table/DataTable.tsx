import { getCoreRowModel, useReactTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react'
import { EmptyState, ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Sheet } from '~/ui/Dialog'
import { count, plural } from '~/util/units'
import { type Column, toDefs, tracks, widthOf } from './columns'
import { HeaderRow, RowCard, RowLine, SkeletonLine, TableFooter } from './parts'
import { SelectionBar } from './SelectionBar'
import { useGridKeys } from './keys'
import type { TableUrl } from './url'
import { useGo } from '~/ui/Link'
import { usePhone } from '~/util/media'

interface ListLike<Row> {
  data?: { pages: { items: Row[]; total?: number | null; as_of?: string }[] }
  error: unknown
  isPending: boolean
  isStale: boolean
  isPlaceholderData: boolean
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
  refetch: () => unknown
}

interface Props<Row> {
  /** What a row is: `asset`. */
  noun: string
  /** Where more of them is not the noun and an s. */
  nouns?: string
  label: string
  columns: Column<Row>[]
  query: ListLike<Row>
  rowId: (row: Row) => string
  /** Where Enter and a click on the title go. */
  rowTo?: (row: Row) => string
  /** The short view beside the list; Space opens it. */
  peek?: (row: Row) => ReactNode
  peekTitle?: (row: Row) => string
  url: TableUrl
  set: (patch: Record<string, string | undefined>, options?: { replace?: boolean }) => void
  /** Buttons for the chosen rows. */
  actions?: (rows: Row[]) => ReactNode
  /** Nothing is there at all. */
  empty?: ReactNode
}

const ROW = { regular: 36, compact: 28, card: 60 }
const OVERSCAN = 12
/** The next page is asked for this many rows before the end is seen. */
const AHEAD = 80

/** The list of everything: rows by cursor from the server, only those in view in the page. */
export function DataTable<Row>({ noun, nouns = `${noun}s`, label, columns, query, rowId, rowTo, peek, peekTitle, url, set, actions, empty }: Props<Row>) {
  const phone = usePhone()
  const id = useId()
  const go = useGo()
  const box = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(-1)
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map())
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const total = query.data?.pages[0]?.total ?? undefined
  const height = phone ? ROW.card : ROW[url.density]

  const virtual = useVirtualizer({
    count: rows.length + (query.hasNextPage ? 8 : 0),
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
  })
  useEffect(() => void virtual.measure(), [virtual, height])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  useEffect(() => {
    if (last > rows.length - AHEAD && hasNextPage && !isFetchingNextPage && !query.error) void fetchNextPage()
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage, query.error])

  // A new filter or order is a new list.
  const list = `${url.q}|${url.sort}`
  const [seen, setSeen] = useState(list)
  if (seen !== list) {
    setSeen(list)
    setActive(-1)
    setChosen(new Map())
  }
  useEffect(() => void box.current?.scrollTo({ top: 0 }), [list])
  useEffect(() => {
    if (total !== undefined) announce(plural(total, noun, nouns))
  }, [total, noun, nouns])

  const choose = (row: Row) => {
    const next = new Map(chosen)
    if (!next.delete(rowId(row))) next.set(rowId(row), row)
    setChosen(next)
  }
  const move = (to: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, to))
    setActive(index)
    virtual.scrollToIndex(index)
    if (url.peek && rows[index]) set({ peek: rowId(rows[index]) }, { replace: true })
  }
  useGridKeys(box, {
    rows: rows.length, active, move, page: Math.max(1, Math.floor((box.current?.clientHeight ?? height) / height) - 1),
    choose: () => rows[active] && choose(rows[active]),
    open: () => rows[active] && rowTo && go(rowTo(rows[active])),
    peek: () => peek && rows[active] && set({ peek: url.peek ? undefined : rowId(rows[active]) }),
    clear: () => setChosen(new Map()),
  })

  // The table model sees only the window: its cost does not grow with the list.
  const window = useMemo(() => items.flatMap((item) => rows[item.index] ?? []), [items, rows])
  const defs = useMemo(() => toDefs(columns), [columns])
  const table = useReactTable({ data: window, columns: defs, getRowId: rowId, getCoreRowModel: getCoreRowModel(), manualSorting: true })
  const models = table.getRowModel().rowsById

  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (query.data && rows.length === 0) {
    return url.q ? <EmptyState title={`No ${noun} fits the filter`}>Take a term away, or write it differently.</EmptyState> : empty
  }
  const grid = { gridTemplateColumns: `32px ${tracks(columns as Column<never>[])}`, minWidth: phone ? undefined : widthOf(columns as Column<never>[]) + 32 }
  const peeked = url.peek ? rows.find((row) => rowId(row) === url.peek) : undefined
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <div ref={box} role="grid" aria-label={label} aria-rowcount={total ?? -1} aria-colcount={columns.length + 1} tabIndex={0} aria-multiselectable
        aria-busy={query.isPending} aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        className="min-h-0 grow overflow-auto border-t border-line focus-visible:outline-offset-[-2px]">
        <HeaderRow columns={columns} grid={grid} phone={phone} sort={url.sort} onSort={(sort) => set({ sort })} />
        <div role="rowgroup" className="relative" style={{ height: query.isPending ? undefined : virtual.getTotalSize(), minWidth: grid.minWidth }}>
          {query.isPending && Array.from({ length: 24 }, (_, row) => <SkeletonLine key={row} columns={columns} grid={grid} height={height} phone={phone} />)}
          {!query.isPending && items.map((item) => {
            const row = rows[item.index]
            const model = row && models[rowId(row)]
            const place = { height, transform: `translateY(${item.start}px)` }
            if (!row || !model) return <SkeletonLine key={item.key} columns={columns} grid={grid} height={height} phone={phone} place={place} />
            const Line = phone ? RowCard : RowLine
            return (
              <Line key={rowId(row)} id={`${id}-${item.index}`} index={item.index} model={model} grid={grid} place={place}
                active={item.index === active} chosen={chosen.has(rowId(row))} onChoose={() => choose(row)}
                onActivate={() => setActive(item.index)} to={rowTo?.(row)} onPeek={peek && (() => set({ peek: rowId(row) }))} />
            )
          })}
        </div>
      </div>
      <TableFooter noun={noun} nouns={nouns} loaded={rows.length} total={total} asOf={query.data?.pages[0]?.as_of} stale={query.isStale && !query.isPending}
        error={query.data ? query.error : undefined} onRefresh={() => void query.refetch()} more={hasNextPage} />
      {chosen.size > 0 && <SelectionBar words={`${count(chosen.size)} chosen`} onClear={() => setChosen(new Map())}>{actions?.([...chosen.values()])}</SelectionBar>}
      {peek && <Sheet beside open={!!peeked} onOpenChange={() => set({ peek: undefined })} title={peeked && peekTitle ? peekTitle(peeked) : noun}>{peeked && peek(peeked)}</Sheet>}
    </div>
  )
}
