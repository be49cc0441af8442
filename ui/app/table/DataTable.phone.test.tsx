import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { eventually } from '../../test/mock/eventually'
import { answer } from '../../test/mock/server'
import { onPhone } from '../../test/mock/setup'
import { show } from '../../test/mock/show'

onPhone()
const { useList } = await import('~/api/query')
const { DataTable } = await import('./DataTable')
const { Toolbar } = await import('./Toolbar')
const { useTableUrl } = await import('./url')

interface Asset { id: string; name: string }
const COLUMNS = [{ id: 'name', header: 'Name', width: 100, cell: (row: Asset) => row.name, text: (row: Asset) => row.name, sort: 'name', card: 'title' as const }]
const idOf = (asset: Asset) => asset.id

function Assets() {
  const [url, set] = useTableUrl()
  const list = useList('/api/v1/assets', { query: { sort: url.sort } })
  return (
    <>
      <Toolbar columns={COLUMNS} shown={COLUMNS} url={url} set={set} />
      <DataTable<Asset> noun="asset" label="Assets" columns={COLUMNS} query={list} url={url} set={set} rowId={idOf} peek={(row) => `look at ${row.name}`} />
    </>
  )
}

async function open() {
  answer('get', '/api/v1/assets', () => ({ items: [{ id: '1', name: 'web1' }, { id: '2', name: 'web2' }] as never, total: 2, as_of: '2026-01-01T00:00:00Z' }))
  const shown = await show(Assets, '/fleet')
  await screen.findByRole('checkbox', { name: 'Choose row 2' })
  return { ...shown, user: userEvent.setup() }
}

test('cards have no header, and so no focus that nobody sees', async () => {
  await open()
  expect(screen.queryByRole('columnheader')).toBeNull()
  expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('2')
})

test('cards are sorted by a menu', async () => {
  const { user, address } = await open()
  await user.click(screen.getByRole('button', { name: 'Sort' }))
  await user.click(await screen.findByRole('menuitemradio', { name: 'Name, descending' }))
  await eventually(() => expect(address()).toBe('/fleet?sort=-name'))
})

test('a tap on the box chooses, a tap on the card looks in', async () => {
  const { user, address } = await open()
  const card = screen.getByRole('row', { name: /web2/ })
  await user.click(within(card).getByRole('checkbox'))
  expect(card.getAttribute('aria-selected')).toBe('true')
  expect(address()).toBe('/fleet')
  await user.click(within(card).getByText('web2'))
  await eventually(() => expect(address()).toBe('/fleet?peek=2'))
})
