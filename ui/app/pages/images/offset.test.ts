import { expect, test } from 'vitest'
import { offsetOf } from './offset'

test('a place in a text', () => {
  const text = 'a: 1\n  😀b: 2\nc'
  const [from, to] = offsetOf(text, 2, 4)
  expect(text.slice(from, to)).toBe('b: 2')
  expect(offsetOf(text, 9, 9)).toEqual([text.length, text.length])
  expect(offsetOf('', 1, 1)).toEqual([0, 0])
})
