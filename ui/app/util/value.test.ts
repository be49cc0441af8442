import { expect, test } from 'vitest'
import { valueText } from './value'

test('words and lists of words are read as they are, everything else as JSON', () => {
  expect(valueText('eu-west-1')).toBe('eu-west-1')
  expect(valueText(['eu-west-1', 'us-east-1'])).toBe('eu-west-1, us-east-1')
  expect(valueText([22, 443])).toBe('22, 443')
  expect(valueText([])).toBe('[]')
  expect(valueText([{ port: 22 }])).toBe('[{"port":22}]')
  expect(valueText({ tls: true })).toBe('{"tls":true}')
  expect(valueText(4)).toBe('4')
})
