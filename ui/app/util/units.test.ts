import { expect, test } from 'vitest'
import { relative } from './time'
import { bytes, count, percent, plural } from './units'

test('numbers', () => {
  expect(count(10004)).toBe('10\u202f004')
  expect(percent(51.69483)).toBe('51.6 %')
  expect(percent(69.97, 0)).toBe('69 %')
  expect(percent(28.999999999999996)).toBe('29.0 %')
  expect(percent(99.97)).toBe('99.9 %')
  expect(percent(100)).toBe('100.0 %')
  expect(plural(1, 'asset')).toBe('1 asset')
  expect(bytes(1536)).toBe('1.5 KiB')
})

test('times', () => {
  const now = new Date('2026-01-02T00:00:00Z')
  expect(relative(new Date('2026-01-01T20:00:00Z'), now)).toBe('4 h ago')
  expect(relative(new Date('2026-01-02T00:00:30Z'), now)).toBe('just now')
  expect(relative(new Date('2026-01-04T00:00:00Z'), now)).toBe('in 2 d')
})
