import { act, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { eventually } from '../../test/mock/eventually'
import { answer, problem } from '../../test/mock/server'
import { show } from '../../test/mock/show'
import { ErrorState } from '~/components/States'
import { StaleBanner } from '~/frame/StaleBanner'
import { invalidateNouns, useApi, useList } from './query'

afterEach(() => void vi.useRealTimers())

/** A part of a page as every page writes it. */
function Panel() {
  const groups = useApi('/api/v1/assets/groups', { query: { by: 'site' } })
  return (
    <>
      {groups.error ? <ErrorState error={groups.error} retry={() => void groups.refetch()} /> : groups.data ? <p>{groups.data.length} groups</p> : <p>asking</p>}
      <StaleBanner />
    </>
  )
}

test('a refresh that fails keeps what was read, says so with the code, and can be tried again', async () => {
  answer('get', '/api/v1/assets/groups', () => [])
  const { queries } = await show(Panel)
  await screen.findByText('0 groups')
  answer('get', '/api/v1/assets/groups', () => problem(500, 'internal', 'the store broke'))
  act(() => invalidateNouns(queries, new Set(['assets'])))
  expect(await screen.findByText('internal')).toBeTruthy()
  expect(screen.getByText('0 groups')).toBeTruthy()
  expect(screen.getByText(/Not refreshed: assets/)).toBeTruthy()
  answer('get', '/api/v1/assets/groups', () => [])
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await eventually(() => expect(screen.queryByText('internal')).toBeNull())
})

test('a first read that fails is an error, and so is a refusal of what was read before', async () => {
  answer('get', '/api/v1/assets/groups', () => problem(500, 'internal'))
  const { queries } = await show(Panel)
  expect((await screen.findByRole('alert')).textContent).toContain('internal')
  answer('get', '/api/v1/assets/groups', () => [])
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByText('0 groups')
  answer('get', '/api/v1/assets/groups', () => problem(404, 'not_found'))
  act(() => invalidateNouns(queries, new Set(['assets'])))
  expect((await screen.findByRole('alert')).textContent).toContain('not_found')
  expect(screen.queryByText('0 groups')).toBeNull()
})

/** Names of roles come without any event. */
function Roles() {
  return <p>{useApi('/api/v1/rbac/roles').data?.length} roles</p>
}

test('what no event tells of is asked again while it is looked at, and not while nobody looks', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  let asked = 0
  answer('get', '/api/v1/rbac/roles', () => (asked++, []))
  await show(Roles)
  await eventually(() => expect(asked).toBe(1))
  await vi.advanceTimersByTimeAsync(60_000)
  await eventually(() => expect(asked).toBe(2))
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  await vi.advanceTimersByTimeAsync(300_000)
  expect(asked).toBe(2)
})

function Names() {
  const list = useList('/api/v1/assets', {})
  return (
    <>
      <p>{list.data?.pages.length ?? 0} pages{list.isStale && list.data && ', changed since'}</p>
      <button type="button" onClick={() => void list.fetchNextPage()}>On</button>
      <button type="button" onClick={() => void list.refetch()}>Again</button>
    </>
  )
}

test('a list read far is only marked by an event, and reading it again is one request', async () => {
  const asked: (string | null)[] = []
  answer('get', '/api/v1/assets', (url) => {
    const cursor = url.searchParams.get('cursor')
    asked.push(cursor)
    return { items: [], total: 9_000, as_of: '2026-01-01T00:00:00Z', next_cursor: String(Number(cursor) + 1) }
  })
  const { queries } = await show(Names)
  for (const pages of [2, 3, 4]) {
    await screen.findByText(`${pages - 1} pages`)
    await userEvent.click(screen.getByRole('button', { name: 'On' }))
  }
  await screen.findByText('4 pages')
  expect(asked).toEqual([null, '1', '2', '3'])
  act(() => invalidateNouns(queries, new Set(['assets'])))
  await screen.findByText('4 pages, changed since')
  act(() => void window.dispatchEvent(new Event('visibilitychange')))
  await userEvent.click(screen.getByRole('button', { name: 'Again' }))
  await screen.findByText('1 pages')
  await eventually(() => expect(asked).toEqual([null, '1', '2', '3', null]))
})
