import type { ColumnDef } from '@tanstack/react-table'
import type { ReactNode } from 'react'

export interface Column<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** As text, for export. */
  text: (row: Row) => string | number | boolean | null | undefined
  /** Smallest width in px; `grow` shares what is left. */
  width: number
  grow?: number
  align?: 'right'
  /** The server's name for this order, `-name` where it only descends; without it the column does not sort. */
  sort?: string
  /** Not shown until chosen. */
  hidden?: boolean
  /** On a phone a row is a card: its title, what stands at its right, and its second line. */
  card?: 'title' | 'aside' | 'line'
}

declare module '@tanstack/react-table' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData, TValue> { column: Column<TData> }
}

export const toDefs = <Row,>(columns: Column<Row>[]): ColumnDef<Row>[] =>
  columns.map((column) => ({
    id: column.id,
    header: column.header,
    cell: ({ row }) => column.cell(row.original),
    enableHiding: column.card !== 'title',
    meta: { column },
  }))

export const tracks = (columns: Column<never>[]) => columns.map((column) => (column.grow ? `minmax(${column.width}px, ${column.grow}fr)` : `${column.width}px`)).join(' ')
export const widthOf = (columns: Column<never>[]) => columns.reduce((sum, column) => sum + column.width, 0)
