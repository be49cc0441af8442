import { expect, test } from 'vitest'
import { imagePath, path, term, terms } from './path-builder'

test('addresses', () => {
  const all = [
    path.overview(), path.fleet(), path.fleet({ q: terms(term('platform', 'aws'), term('site', null)), sort: '-differences' }),
    path.signIn('/fleet?q=a'),
    path.images(), path.images({ view: 'matrix', by: 'env' }), path.family('a/b'), path.image('ql-base', '1.6.3'), imagePath('ql-base:1:2', 'contract'), imagePath('ql-base'),
    path.organisation(), path.profile(),
  ]
  expect(all).toMatchInlineSnapshot(`
    [
      "/",
      "/fleet",
      "/fleet?q=platform:aws+site:unknown&sort=-differences",
      "/sign-in?next=%2Ffleet%3Fq%3Da",
      "/images",
      "/images?view=matrix&by=env",
      "/images/a%2Fb",
      "/images/ql-base/1.6.3",
      "/images/ql-base/1%3A2?tab=contract",
      "/images/ql-base",
      "/organisation",
      "/profile",
    ]
  `)
})

test('a term quotes what would split it', () => {
  expect(term('workload', 'card payments')).toBe('workload:"card payments"')
  expect(term('site', undefined)).toBe('site:unknown')
})
