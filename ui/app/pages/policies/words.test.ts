import { expect, test } from 'vitest'
import { broken, bundleOf, filesOf, verdictState, verdictWords } from './words'

const denial = (rule: string) => ({ source: 'baseline', rule, cause: 'rule', reason: 'a', remedy: 'b' })
const freeze = { name: 'new year', from: '2099-01-01T00:00:00Z', until: '2099-01-02T00:00:00Z', uses: ['production' as const] }
const bundle = { version: 1, saved_at: '2026-01-01T00:00:00Z', author: 'person:ada', modules: { 'a.rego': 'package a' }, freezes: [freeze] }

test('a verdict counts rules, and not their reasons', () => {
  const denied = { allowed: false, denials: [denial('freeze'), denial('pair'), denial('pair')] }
  expect(verdictWords(denied)).toBe('denied by 2 rules')
  expect(verdictState(denied)).toBe('critical')
  expect(verdictWords({ allowed: true, denials: [] })).toBe('allowed')
})

test('what kept a rule from answering is told, also by a word that is new', () => {
  expect(broken('rule')).toBeUndefined()
  expect(broken('limit')).toBe('took too long')
  expect(broken('out_of_paper')).toBe('out of paper')
})

test('a bundle becomes files and is the same again', () => {
  const rules = { baseline_digest: '', rules: [], etag: '', bundle }
  expect(bundleOf(filesOf(rules))).toEqual({ modules: bundle.modules, freezes: bundle.freezes })
  expect(filesOf({ ...rules, bundle: null })).toEqual({})
  expect(bundleOf({})).toEqual({ modules: {}, freezes: [] })
})

test.each(['{', '{}', '1'])('freezes that are no list are not sent: %s', (freezes) => {
  expect(bundleOf({ 'freezes.json': freezes })).toBeUndefined()
})
