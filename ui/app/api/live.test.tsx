import { QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '../../test/mock/eventually'
import { problem, answer } from '../../test/mock/server'
import { follow, useLive } from './live'
import { apiQuery, makeQueryClient } from './query'
import { renderHook } from '@testing-library/react'

/** The browser's, driven by the test. */
class Stream extends EventTarget {
  static readonly CLOSED = 2
  static all: Stream[] = []
  readyState = 0
  onopen?: () => void
  onerror?: () => void
  constructor(readonly url: string) {
    super()
    Stream.all.push(this)
  }
  open() {
    this.readyState = 1
    this.onopen?.()
  }
  fail(closed: boolean) {
    this.readyState = closed ? Stream.CLOSED : 0
    this.onerror?.()
  }
  tell(type: string) {
    this.dispatchEvent(new Event(type))
  }
  close() {
    this.readyState = Stream.CLOSED
  }
}
const newest = () => Stream.all.at(-1) as Stream

let stop = () => {}
beforeEach(() => {
  Stream.all = []
  vi.stubGlobal('EventSource', Stream)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

/** Follows, with one part of a page that looks at `path`; says how often it was asked. */
function following(path: '/api/v1/images/families' | '/api/v1/rbac/roles', refused?: Response) {
  let asked = 0
  answer('get', path, () => {
    asked += 1
    return refused?.clone() ?? (path === '/api/v1/images/families' ? { items: [] } : []) as never
  })
  const signedOut = vi.fn()
  const queries = makeQueryClient(signedOut)
  const leave = new QueryObserver(queries, apiQuery(path)).subscribe(() => {})
  const unfollow = follow(queries)
  stop = () => (leave(), unfollow(), queries.clear())
  return { signedOut, asked: () => asked, state: renderHook(useLive).result }
}

test('an event makes the answers old that it touches, and no others', async () => {
  const images = following('/api/v1/images/families')
  newest().open()
  await eventually(() => expect(images.asked()).toBe(1))
  newest().tell('image.published')
  await vi.advanceTimersByTimeAsync(1_000)
  await eventually(() => expect(images.asked()).toBe(2))
  stop()
  const roles = following('/api/v1/rbac/roles')
  newest().open()
  await eventually(() => expect(roles.asked()).toBe(1))
  newest().tell('image.published')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(roles.asked()).toBe(1)
})

test('a stream that opens has what failed asked again, and not what was refused', async () => {
  const refused = following('/api/v1/images/families', problem(400, 'invalid_filter'))
  await eventually(() => expect(refused.asked()).toBe(1))
  await vi.advanceTimersByTimeAsync(100)
  newest().open()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(refused.asked()).toBe(1)
  stop()
  const failed = following('/api/v1/images/families', problem(500, 'internal'))
  await eventually(() => expect(failed.asked()).toBe(1))
  await vi.advanceTimersByTimeAsync(100)
  newest().open()
  await eventually(() => expect(failed.asked()).toBe(2))
})

test('a burst of events is one refresh', async () => {
  const images = following('/api/v1/images/families')
  newest().open()
  await eventually(() => expect(images.asked()).toBe(1))
  for (let i = 0; i < 20; i++) {
    newest().tell('asset.updated')
    await vi.advanceTimersByTimeAsync(40)
  }
  await vi.advanceTimersByTimeAsync(1_000)
  await eventually(() => expect(images.asked()).toBe(2))
})

test('a stream that the server closed for nobody leads to the sign-in page, and is not opened again', async () => {
  answer('get', '/api/v1/users/me', () => problem(401, 'unauthenticated'))
  const { signedOut } = following('/api/v1/images/families')
  newest().open()
  newest().fail(true)
  await eventually(() => expect(signedOut).toHaveBeenCalledOnce())
  await vi.advanceTimersByTimeAsync(120_000)
  expect(Stream.all).toHaveLength(1)
})

test('a stream that a failing server closed is opened again, later each time, and then everything is asked again', async () => {
  answer('get', '/api/v1/users/me', () => problem(503, 'store_unavailable'))
  const { signedOut, state, asked } = following('/api/v1/images/families')
  const timers = vi.spyOn(globalThis, 'setTimeout')
  newest().open()
  await eventually(() => expect(state.current.state).toBe('live'))
  for (const wait of [1_000, 2_000, 5_000]) {
    const before = Stream.all.length
    newest().fail(true)
    await eventually(() => expect(timers).toHaveBeenCalledWith(expect.any(Function), wait))
    expect(Stream.all).toHaveLength(before)
    await vi.advanceTimersByTimeAsync(wait)
    expect(Stream.all).toHaveLength(before + 1)
  }
  await vi.advanceTimersByTimeAsync(65_000)
  await eventually(() => expect(state.current.state).toBe('stale'))
  const before = asked()
  newest().open()
  await eventually(() => expect(state.current.state).toBe('live'))
  await eventually(() => expect(asked()).toBeGreaterThan(before))
  expect(signedOut).not.toHaveBeenCalled()
})

test('while the browser resumes by itself nobody is asked and nothing is opened', async () => {
  const me = vi.fn(() => problem(401, 'unauthenticated'))
  answer('get', '/api/v1/users/me', me)
  const { state } = following('/api/v1/images/families')
  newest().open()
  newest().fail(false)
  await eventually(() => expect(state.current.state).toBe('reconnecting'))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(me).not.toHaveBeenCalled()
  expect(Stream.all).toHaveLength(1)
})
