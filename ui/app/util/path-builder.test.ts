import { expect, test } from 'vitest'
import { imagePath, ownAddress, path, publishedRecords, term, terms } from './path-builder'

test('addresses', () => {
  const all = [
    path.overview(), path.fleet(), path.fleet({ q: terms(term('platform', 'aws'), term('site', null)), sort: '-differences' }),
    path.asset('01a2', { tab: 'drift' }), path.sites({ show: 'findings' }), path.site('north hall'), path.connectors(), path.connector('01a2'),
    path.coverage(), path.coverage({ state: 'partial' }), path.audit({ request_id: '01a2' }),
    path.asset('a/b'), path.drift({ state: 'outdated' }), path.vulnerabilities({ severity: 'high' }), path.vulnerability('CVE-2024-6387', { q: 'site:ams1' }),
    path.mapping(), path.feeds(), path.tokens(), path.signIn('/fleet?q=a'),
    path.images(), path.images({ view: 'matrix', by: 'env' }), path.family('a/b'), path.image('ql-base', '1.6.3'), imagePath('ql-base:1:2', 'contract'), imagePath('ql-base'),
    path.organisation(), path.profile(), path.identity(), path.connectors({ import: '1' }), path.plans(), path.plan('01a2', 'targets'), path.policies({ tab: 'decisions' }),
  ]
  expect(all).toMatchInlineSnapshot(`
    [
      "/",
      "/fleet",
      "/fleet?q=platform:aws+site:unknown&sort=-differences",
      "/fleet/01a2?tab=drift",
      "/sites?show=findings",
      "/sites/north%20hall",
      "/connectors",
      "/connectors/01a2",
      "/coverage",
      "/coverage?state=partial",
      "/audit?request_id=01a2",
      "/fleet/a%2Fb",
      "/drift?state=outdated",
      "/vulnerabilities?severity=high",
      "/vulnerabilities/CVE-2024-6387?q=site:ams1",
      "/mapping",
      "/feeds",
      "/tokens",
      "/sign-in?next=%2Ffleet%3Fq%3Da",
      "/images",
      "/images?view=matrix&by=env",
      "/images/a%2Fb",
      "/images/ql-base/1.6.3",
      "/images/ql-base/1%3A2?tab=contract",
      "/images/ql-base",
      "/organisation",
      "/profile",
      "/identity",
      "/connectors?import=1",
      "/plans",
      "/plans/01a2?tab=targets",
      "/policies?tab=decisions",
    ]
  `)
})

test('a term quotes what would split it', () => {
  expect(term('workload', 'card payments')).toBe('workload:"card payments"')
  expect(term('site', 'Basel, hall "A"')).toBe('site:"Basel, hall \\"A\\""')
  expect(term('site', 'a\\ b')).toBe('site:"a\\\\ b"')
  expect(term('site', undefined)).toBe('site:unknown')
})

test('records of the world are offered for CVE ids alone', () => {
  expect(publishedRecords('CVE-2024-6387', true).map(({ href }) => new URL(href).protocol)).toEqual(['https:', 'https:', 'https:'])
  expect(publishedRecords('CVE-2024-6387', false)).toHaveLength(2)
  expect(publishedRecords('CVE-2024-1"><script>', true)).toEqual([])
})

test('a sign-in leads back to this application only', () => {
  const origin = 'https://qlrf.example'
  expect(ownAddress('/fleet?q=platform:aws#row', origin)).toBe('/fleet?q=platform:aws#row')
  const strange = ['//evil.example', '/\t/evil.example', '/\n/evil.example', '/\\evil.example', '\t//evil.example', '/.//evil.example', 'https://evil.example', 'javascript:alert(1)', '///', undefined, '']
  expect(strange.filter((text) => ownAddress(text, origin) !== undefined)).toEqual([])
})
