import { expect, test } from 'vitest'
import { conditionsOf, moved, setWords, whenOf, whenWords, type Rule } from './draft'

const when: Rule['when'] = { platforms: ['aws'], kinds: ['host'], name: { regex: '^web-(\\d+)' }, labels: { 'team/name': '*', Stage: { regex: 'prod' } } }

test('a rule goes through the form and comes back as it was', () => {
  expect(whenOf(conditionsOf(when), ['aws'], ['host'])).toEqual(when)
  expect(whenOf([{ what: 'name', how: 'glob', text: '' }], [])).toEqual({})
})

test('conditions and values are told in one line', () => {
  expect(whenWords(when)).toBe('platform aws · kind host · name /^web-(\\d+)/ · label team/name * · label Stage /prod/')
  expect(whenWords({})).toBe('every asset')
  expect(setWords({ env: 'prod', site: '${1}' })).toBe('env = prod · site = ${1}')
})

test('a rule moves by one, and not over the ends', () => {
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b'])
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
})
