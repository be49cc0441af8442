import { ArrowUpDown, Columns3, Link2, Rows3 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RawSearch } from '~/state/url'
import { Button, IconButton } from '~/ui/Button'
import { CopyButton } from '~/ui/Text'
import { Menu, MenuCheck, MenuChoice, MenuItem, MenuLabel, MenuLine } from '~/ui/Menu'
import type { Column } from './columns'
import { SavedViews } from './SavedViews'
import type { TableUrl } from './url'

interface Props<Row> {
  filter?: ReactNode
  columns: Column<Row>[]
  shown: Column<Row>[]
  url: TableUrl
  set: (patch: RawSearch, options?: { replace?: boolean }) => void
  children?: ReactNode
}

const USUAL = 'usual'

/** Above every list: filter, group, columns, density, export. */
export function Toolbar<Row>({ filter, columns, shown, url, set, children }: Props<Row>) {
  const ids = new Set(shown.map((column) => column.id))
  const toggle = (id: string, on: boolean) => {
    const next = columns.filter((column) => (column.id === id ? on : ids.has(column.id))).map((column) => column.id)
    set({ cols: next.join(',') }, { replace: true })
  }
  return (
    <div role="toolbar" aria-label="List" className="flex items-center gap-2 pb-2 max-md:flex-wrap" data-chrome>
      {filter}
      <div className="ml-auto flex items-center gap-1">
        {children}
        <SortMenu columns={shown} url={url} set={set} />
        <Menu trigger={<Button icon={<Columns3 />} aria-label="Columns" className="max-md:hidden"><span className="max-lg:hidden">Columns</span></Button>}>
          <MenuLabel>Columns</MenuLabel>
          {columns.filter((column) => column.card !== 'title').map((column) => (
            <MenuCheck key={column.id} checked={ids.has(column.id)} onChange={(on) => toggle(column.id, on)}>{column.header}</MenuCheck>
          ))}
          <MenuLine />
          <MenuItem onSelect={() => set({ cols: undefined }, { replace: true })}>Show the usual ones</MenuItem>
        </Menu>
        <SavedViews />
        <CopyButton label="Copy a link to this view" text={() => window.location.href} icon={<Link2 />} />
        <IconButton label={url.density === 'compact' ? 'Taller rows' : 'Compact rows'} className="max-md:hidden" aria-pressed={url.density === 'compact'}
          onClick={() => set({ density: url.density === 'compact' ? undefined : 'compact' }, { replace: true })}>
          <Rows3 />
        </IconButton>
      </div>
    </div>
  )
}

/** A phone has no header to press: each order by its name. */
function SortMenu<Row>({ columns, url, set }: Pick<Props<Row>, 'columns' | 'url' | 'set'>) {
  const orders = columns.flatMap(({ sort, header }): [string, string][] =>
    !sort ? [] : sort.startsWith('-') ? [[sort, `${header}, descending`]] : [[sort, `${header}, ascending`], [`-${sort}`, `${header}, descending`]])
  if (orders.length === 0) return null
  return (
    <Menu trigger={<Button icon={<ArrowUpDown />} aria-label="Sort" className="md:hidden" />}>
      <MenuChoice value={url.sort ?? USUAL} onChange={(sort) => set({ sort: sort === USUAL ? undefined : sort })} options={[[USUAL, 'The usual order'], ...orders]} />
    </Menu>
  )
}
