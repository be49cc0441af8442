import { act, fireEvent, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import { eventually } from '../../test/mock/eventually'
import { answer } from '../../test/mock/server'
import { show } from '../../test/mock/show'
import { invalidateNouns, useList, type RowOf } from '~/api/query'
import { announce, onAnnounce } from '~/state/announce'
import type { Column } from './columns'
import { DataTable } from './DataTable'
import { useTableUrl } from './url'

type Asset = RowOf<'/api/v1/assets'>
const COLUMNS: Column<Asset>[] = [
  { id: 'name', header: 'Name', width: 100, cell: (row) => row.name, text: (row) => row.name, sort: 'name', card: 'title' },
  { id: 'site', header: 'Site', width: 100, cell: (row) => row.site, text: (row) => row.site },
]
const idOf = (asset: Asset) => asset.id

function Assets() {
  const [url, set] = useTableUrl()
  const list = useList('/api/v1/assets', { query: { q: url.q, sort: url.sort } })
  return (
    <DataTable<Asset> noun="asset" label="Assets" columns={COLUMNS} query={list} url={url} set={set} rowId={idOf} rowTo={(row) => `/fleet/${row.id}`}
      actions={(rows) => <output>{rows.map((row) => row.name).join(' ')}</output>} empty="nothing" />
  )
}

/** What the server has, in order; `q` keeps the names that hold it. */
let estate: string[] = []
let asked: string[] = []
beforeEach(() => {
  estate = Array.from({ length: 1_500 }, (_, i) => `a${i}`)
  asked = []
  answer('get', '/api/v1/assets', (url) => {
    const names = estate.filter((name) => name.includes(url.searchParams.get('q') ?? ''))
    const from = Number(url.searchParams.get('cursor'))
    const to = from + Number(url.searchParams.get('limit'))
    asked.push(`${from}-${to}`)
    const items = names.slice(from, to).map((name) => ({ id: name, name, site: 'ams1' }) as Asset)
    return { items, total: names.length, as_of: '2026-01-01T00:00:00Z', next_cursor: to < names.length ? String(to) : undefined }
  })
})

const grid = () => screen.getByRole('grid', { name: 'Assets' })
const active = () => document.getElementById(grid().getAttribute('aria-activedescendant') ?? '')
const chosen = () => screen.queryByRole('region', { name: 'Chosen rows' })?.querySelector('output')?.textContent

async function open(at = '/fleet') {
  const shown = await show(Assets, at)
  await screen.findByRole('checkbox', { name: 'Choose row 3' })
  grid().focus()
  return { ...shown, user: userEvent.setup() }
}

test('the header is one of the rows, and only rows in view are in the page', async () => {
  await open()
  expect(grid().getAttribute('aria-rowcount')).toBe('1501')
  const rows = within(grid()).getAllByRole('row')
  expect(rows.slice(0, 2).map((row) => row.getAttribute('aria-rowindex'))).toEqual(['1', '2'])
  expect(rows.length).toBeLessThan(60)
})

test('keys walk, choose and open', async () => {
  const { user, address } = await open()
  await user.keyboard('jjjk')
  expect(active()?.textContent).toContain('a1')
  await user.keyboard('x')
  await user.keyboard('{ArrowDown}x')
  expect(chosen()).toBe('a1 a2')
  await user.keyboard('x')
  expect(chosen()).toBe('a1')
  await user.keyboard('{Escape}')
  expect(chosen()).toBeUndefined()
  await user.keyboard('{Enter}')
  expect(address()).toBe('/fleet/a2')
})

test('the end is reached by reading on to it, which is told', async () => {
  const told: string[] = []
  const { user } = await open()
  onAnnounce((text) => told.push(text))
  await user.keyboard('{End}')
  await eventually(() => expect(active()?.textContent ?? '').toContain('a1499'))
  expect(asked).toEqual(['0-200', '200-700', '700-1200', '1200-1700'])
  expect(told[0]).toMatch(/Reading on to row 1\D?500/)
  expect(told).toContain('Rows are here')
  onAnnounce(undefined)
  announce('')
})

test('chosen rows leave with their question, whatever the order', async () => {
  const { user, go } = await open()
  await user.keyboard('jx')
  expect(chosen()).toBe('a0')
  act(() => go('/fleet?sort=-name'))
  await eventually(() => expect(asked).toHaveLength(2))
  expect(chosen()).toBe('a0')
  act(() => go('/fleet?as_of=2026-01-01T00:00:00Z'))
  await eventually(() => expect(chosen()).toBeUndefined())
  await eventually(() => expect(asked).toHaveLength(3))
  await user.keyboard('jx')
  await eventually(() => expect(chosen()).toBe('a0'))
  act(() => go('/fleet?as_of=2026-01-01T00:00:00Z&q=a7'))
  await eventually(() => expect(chosen()).toBeUndefined())
})

test('a chosen row that is gone is not chosen any more', async () => {
  estate = ['a0', 'a1', 'a2']
  const { user, queries } = await open()
  await user.keyboard('jxjx')
  expect(chosen()).toBe('a0 a1')
  estate = ['a0', 'a2']
  act(() => invalidateNouns(queries, new Set(['assets'])))
  await eventually(() => expect(chosen()).toBe('a0'))
})

test('what is read again keeps the row under the pointer where it was', async () => {
  estate = Array.from({ length: 150 }, (_, i) => `a${i}`)
  const { queries } = await open()
  fireEvent.pointerEnter(screen.getByText('a5').closest('[role=row]') as Element)
  estate = ['new1', 'new2', ...estate]
  act(() => invalidateNouns(queries, new Set(['assets'])))
  await screen.findByText('new1')
  expect(grid().scrollTop).toBe(2 * 36)
})
