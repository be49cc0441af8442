import { expect, test } from 'vitest'
import { path, term, terms } from './path-builder'

test('addresses', () => {
  const all = [
    path.overview(), path.fleet(), path.fleet({ q: terms(term('platform', 'aws'), term('site', null)), sort: '-differences' }),
    path.signIn('/fleet?q=a'),
  ]
  expect(all).toMatchInlineSnapshot(`
    [
      "/",
      "/fleet",
      "/fleet?q=platform:aws+site:unknown&sort=-differences",
      "/sign-in?next=%2Ffleet%3Fq%3Da",
    ]
  `)
})

test('a term quotes what would split it', () => {
  expect(term('workload', 'card payments')).toBe('workload:"card payments"')
  expect(term('site', undefined)).toBe('site:unknown')
})
