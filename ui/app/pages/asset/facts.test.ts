import { expect, test } from 'vitest'
import { changeWords, pointer, readFacts, sinceOf, type Moment } from './facts'

const none = { facts: [], packages_added: [], packages_removed: [], packages_changed: [] }
const at = (recorded_from: string, changes: Partial<Moment['changes']> = {}): Moment => ({ recorded_from, changes: { ...none, ...changes } })

test('what is not there, or is not a fact, is not known', () => {
  expect(readFacts(null).name).toBe('unknown')
  const facts = readFacts({ name: 'a', env: 'unknown', services: null, config: { 'x/y': 1 }, pending_updates: 'many', os: ['x'], extra: { deep: true } })
  expect(facts.words.env).toBeNull()
  expect(facts.services).toBeNull()
  expect(facts.config).toEqual({ 'x/y': '1' })
  expect(facts.pending).toBeNull()
  expect(facts.os).toEqual({})
  expect(facts.other).toEqual([['extra', '{"deep":true}']])
})

test('a fact is as old as the newest moment that changed it', () => {
  const moments = [
    at('2026-03-03T00:00:00Z', { facts: [{ path: '/state', before: 'stopped', after: 'running' }] }),
    at('2026-02-02T00:00:00Z', { facts: [{ path: '/config/a~1b', before: '1', after: '2' }] }),
    at('2026-01-01T00:00:00Z'),
  ]
  expect(sinceOf(moments, pointer('state'))).toBe('2026-03-03T00:00:00Z')
  expect(sinceOf(moments, pointer('config', 'a/b'))).toBe('2026-02-02T00:00:00Z')
  expect(sinceOf(moments, pointer('config', 'a'))).toBe('2026-01-01T00:00:00Z')
  expect(sinceOf(moments, pointer('env'))).toBe('2026-01-01T00:00:00Z')
  expect(sinceOf([], pointer('env'))).toBeUndefined()
})

test('a moment says what it changed', () => {
  expect(changeWords(at('2026-01-01T00:00:00Z'), true)).toBe('first seen')
  expect(changeWords(at('2026-01-01T00:00:00Z', { facts: [{ path: '/a', before: 1, after: 2 }], packages_changed: [{ name: 'a', arch: 'x', before: '1', after: '2' }, { name: 'b', arch: 'x', before: '1', after: '2' }] }), false)).toBe('1 fact changed, 2 packages changed')
  expect(changeWords(at('2026-01-01T00:00:00Z', { packages_added: ['a 1', 'b 1'] }), false)).toBe('2 packages added')
})
