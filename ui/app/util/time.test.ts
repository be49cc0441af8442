import { expect, test } from 'vitest'
import { momentIn } from './time'

const now = new Date('2026-11-22T12:00:00')

test('a moment of the past is read from what a person writes', () => {
  expect(momentIn(' 2026-11-01 ', now)).toEqual(new Date('2026-11-01T00:00:00'))
  expect(momentIn('2026-11-22 11:59', now)).toEqual(new Date('2026-11-22T11:59:00'))
  expect(momentIn('2026-11-22T11:59:30', now)).toEqual(new Date('2026-11-22T11:59:30'))
})

test('what is no day, or not past yet, is no moment', () => {
  for (const text of ['2026-02-30', '2026-13-01', '2026-11-22 25:00', '2026-11-23', '2026', 'yesterday', '']) expect(momentIn(text, now), text).toBeUndefined()
})
