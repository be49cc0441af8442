import { getCoreRowModel, useReactTable } from '@tanstack/react-table'
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react'
import { EmptyState, ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Sheet } from '~/ui/Dialog'
import { useGo } from '~/ui/Link'
import { usePhone } from '~/util/media'
import { count, plural } from '~/util/units'
import { useAnchor } from './anchor'
import { type Column, toDefs, tracks, widthOf } from './columns'
import { useGridKeys } from './keys'
import { useLatest } from './latest'
import { HeaderRow, RowCard, RowLine, RowName, SkeletonLine, TableFooter } from './parts'
import { useSelection } from './selection'
import { SelectionBar } from './SelectionBar'
import type { TableUrl } from './url'
import { useWindow } from './window'

/** What `useList` gives. */
export interface ListLike<Row> {
  data?: { pages: { items: Row[]; total?: number | null; as_of?: string }[] }
  error: unknown
  problem: unknown
  isPending: boolean
  isStale: boolean
  isLong: boolean
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
  refetch: () => unknown
  question: string
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
const SKELETONS = 24
const NONE: never[] = []

/** The list of everything: rows by cursor from the server, only those in view in the page. */
export function DataTable<Row>(props: Props<Row>) {
  const { noun, nouns = `${noun}s`, query, url, set } = props
  if (query.error && !query.data) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (query.data && query.data.pages.every((page) => page.items.length === 0)) {
    return url.q ? <EmptyState title={`No ${noun} fits the filter`}>Take a term away, or write it differently.</EmptyState> : props.empty
  }
  return <Grid {...props} nouns={nouns} set={set} />
}

function Grid<Row>({ noun, nouns, label, columns, query, rowId, rowTo, peek, peekTitle, url, set, actions }: Props<Row> & { nouns: string }) {
  const phone = usePhone()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const total = query.data?.pages[0]?.total ?? undefined
  const height = phone ? ROW.card : ROW[url.density]
  const { virtual, items, size, far, flying, whole } = useWindow(box, rows.length, height, { ...query, total, failed: !!query.problem })
  const { active, setActive, selection } = useWalk({ query, rows, rowId, sort: url.sort, box })
  const point = useAnchor(box, rows, rowId, height, virtual.scrollOffset ?? 0, query.question)
  useEffect(() => {
    if (total !== undefined) announce(plural(total, noun, nouns))
  }, [total, noun, nouns])

  const go = useGo()
  const move = (to: number) => {
    const index = Math.max(0, Math.min(size - 1, to))
    setActive(index)
    virtual.scrollToIndex(index)
    if (url.peek && rows[index]) set({ peek: rowId(rows[index]) }, { replace: true })
  }
  useGridKeys(box, {
    rows: size, active, move, page: Math.max(1, Math.floor((virtual.scrollRect?.height ?? height) / height) - 1),
    choose: () => rows[active] && selection.toggle(rows[active]),
    open: () => rows[active] && rowTo && go(rowTo(rows[active])),
    peek: () => peek && rows[active] && set({ peek: url.peek ? undefined : rowId(rows[active]) }),
    clear: selection.clear,
  })
  const on = useLatest({
    choose: (index: number) => rows[index] && selection.toggle(rows[index]),
    activate: setActive,
    peek: (index: number) => peek && rows[index] && set({ peek: rowId(rows[index]) }),
    point,
  })

  // A table whose data are another array each time draws itself without end.
  const window = useMemo(() => (flying ? NONE : items.flatMap((item) => rows[item.index] ?? [])), [flying, items, rows])
  const models = useModels(columns, window, rowId)
  const grid = useMemo(() => ({ gridTemplateColumns: `32px ${tracks(columns as Column<never>[])}`, minWidth: phone ? undefined : widthOf(columns as Column<never>[]) + 32 }), [columns, phone])
  const peeked = useMemo(() => (url.peek ? rows.find((row) => rowId(row) === url.peek) : undefined), [rows, rowId, url.peek])
  const names = (columns.find((column) => column.card === 'title') ?? columns[0])?.text ?? rowId
  const title = useMemo(() => columns.slice(0, 1), [columns])
  const header = phone ? 0 : 1
  const Line = phone ? RowCard : RowLine
  const refresh = () => {
    if (query.isLong) box.current?.scrollTo({ top: 0 })
    void query.refetch()
  }
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <div ref={box} role="grid" aria-label={label} aria-rowcount={total === undefined ? -1 : total + header} aria-colcount={phone ? undefined : columns.length + 1} tabIndex={0} aria-multiselectable
        aria-busy={query.isPending || far !== undefined} aria-activedescendant={rows[active] ? `${id}-${active}` : undefined}
        className="min-h-0 grow overflow-auto border-t border-line focus-visible:outline-offset-[-2px]">
        {!phone && <HeaderRow columns={columns} grid={grid} sort={url.sort} onSort={(sort) => set({ sort })} />}
        <div role="rowgroup" className="relative" style={{ height: query.isPending ? undefined : virtual.getTotalSize(), minWidth: grid.minWidth }} onPointerLeave={() => point(undefined)}>
          {query.isPending && Array.from({ length: SKELETONS }, (_, row) => <SkeletonLine key={row} columns={columns} grid={grid} height={height} phone={phone} />)}
          {!query.isPending && items.map((item, place) => {
            const row = rows[item.index]
            // What flies past holds nothing that could be open or focused: its place in the view is drawn again, and not the row anew.
            if (!row) return <SkeletonLine key={place} columns={flying ? title : columns} grid={grid} height={height} phone={phone} start={item.start} />
            const model = whole(item.index) && models[rowId(row)]
            if (!model) return <RowName key={place} id={`${id}-${item.index}`} on={on} index={item.index} rowIndex={item.index + header + 1} name={names(row)} start={item.start} height={height} phone={phone} />
            return (
              <Line key={model.id} id={`${id}-${item.index}`} index={item.index} rowIndex={item.index + header + 1} model={model} columns={columns} grid={grid} start={item.start} height={height}
                active={item.index === active} chosen={selection.picked.has(model.id)} on={on} />
            )
          })}
        </div>
      </div>
      <TableFooter noun={noun} nouns={nouns} loaded={query.isPending ? undefined : rows.length} total={total} far={far} asOf={query.data?.pages[0]?.as_of} stale={query.isStale && !query.isPending}
        error={query.problem} onRefresh={refresh} fromTop={query.isLong} more={query.hasNextPage} />
      {selection.picked.size > 0 && <SelectionBar words={`${count(selection.picked.size)} chosen`} onClear={selection.clear}>{actions?.([...selection.picked.values()])}</SelectionBar>}
      {peek && <Sheet beside open={!!peeked} onOpenChange={() => set({ peek: undefined })} title={peeked && peekTitle ? peekTitle(peeked) : noun}>{peeked && peek(peeked)}</Sheet>}
    </div>
  )
}

interface Walk<Row> { query: ListLike<Row>; rows: Row[]; rowId: (row: Row) => string; sort?: string; box: React.RefObject<HTMLDivElement | null> }

/** Where one is, and what is chosen: both belong to one question, the place also to one order. */
function useWalk<Row>({ query, rows, rowId, sort, box }: Walk<Row>) {
  const [active, setActive] = useState(-1)
  const selection = useSelection(rows, rowId, !!query.data && !query.hasNextPage)
  const order = `${query.question}|${sort}`
  const [seen, setSeen] = useState({ question: query.question, order })
  if (seen.order !== order) {
    setSeen({ question: query.question, order })
    setActive(-1)
    if (seen.question !== query.question) selection.clear()
  }
  useEffect(() => void box.current?.scrollTo({ top: 0 }), [box, order])
  return { active, setActive, selection }
}

/** The table model sees only the window: its cost does not grow with the list. */
function useModels<Row>(columns: Column<Row>[], window: Row[], rowId: (row: Row) => string) {
  const defs = useMemo(() => toDefs(columns), [columns])
  const table = useReactTable({ data: window, columns: defs, getRowId: rowId, getCoreRowModel: getCoreRowModel(), manualSorting: true })
  return table.getRowModel().rowsById
}
