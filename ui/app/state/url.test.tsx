import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { show } from '../../test/mock/show'
import { momentOf, useAsOf } from './as-of'
import { oneOf, parseSearch, stringifySearch, useUrl } from './url'

test('an address survives the way through the router, and stays readable', () => {
  for (const text of ['?q=platform:aws', '?q=site:a,b&sort=-name', '?q=%22a+b%22', '']) expect(stringifySearch(parseSearch(text))).toBe(text)
  expect(parseSearch('?q=1&q=2')).toEqual({ q: '2' })
  expect(stringifySearch({ q: '', sort: undefined })).toBe('')
})

test('only a moment is a moment', () => {
  expect(momentOf({ as_of: '2026-01-01T00:00:00Z' })).toBe('2026-01-01T00:00:00Z')
  expect(momentOf({ as_of: '2026-01-01T00:00:00.5+02:00' })).toBe('2026-01-01T00:00:00.5+02:00')
  for (const odd of ['now', '2026-01-01', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00Z&x', undefined]) expect(momentOf({ as_of: odd })).toBeUndefined()
})

function Reader() {
  const [view, set] = useUrl((raw) => oneOf(raw.view, ['list', 'graph'] as const) ?? 'list')
  return (
    <>
      <p>{view} at {useAsOf() ?? 'now'}</p>
      <button type="button" onClick={() => set({ view: view === 'list' ? 'graph' : undefined })}>Turn</button>
    </>
  )
}

test('what the address does not know is the default, and a change leaves the rest alone', async () => {
  const { address } = await show(Reader, '/x?view=odd&as_of=2026-01-01T00:00:00Z')
  await screen.findByText('list at 2026-01-01T00:00:00Z')
  fireEvent.click(screen.getByRole('button'))
  await screen.findByText('graph at 2026-01-01T00:00:00Z')
  expect(address()).toBe('/x?view=graph&as_of=2026-01-01T00:00:00Z')
  fireEvent.click(screen.getByRole('button'))
  await screen.findByText('list at 2026-01-01T00:00:00Z')
  expect(address()).toBe('/x?as_of=2026-01-01T00:00:00Z')
})
