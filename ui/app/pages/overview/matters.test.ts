import { expect, test } from 'vitest'
import { nextOf, openOf, ranked, stateOf, wordsOf, worst, type Matter } from './matters'

const matter = (kind: string, title: string, rest: Partial<Matter> = {}): Matter => ({ kind, title, level: 'critical', why: '', resource: '', simulated: 0, sites: [], sites_total: 0, ...rest })

test('no kind pushes the others out, and what is left over is counted', () => {
  const items = ['a', 'b', 'c', 'd'].map((title) => matter('known_exploited', title)).concat(matter('feed_empty', 'EPSS'))
  const { shown, more } = ranked({ as_of: '', items, totals: [{ kind: 'known_exploited', total: 12 }, { kind: 'feed_empty', total: 1 }, { kind: 'past_sla' }] })
  expect(shown.map((each) => each.title)).toEqual(['a', 'b', 'c', 'EPSS'])
  expect(more).toEqual([{ kind: 'known_exploited', left: 9 }])
})

test('the headline is about the worst level alone', () => {
  const items = [matter('known_exploited', 'a'), matter('image_behind', 'b'), matter('feed_empty', 'c', { level: 'warning' })]
  expect(worst({ as_of: '', items, totals: [{ kind: 'known_exploited', total: 12 }, { kind: 'past_sla' }, { kind: 'image_behind', total: 1 }, { kind: 'feed_empty', total: 1 }] })).toEqual([{ kind: 'known_exploited', total: 12 }, { kind: 'image_behind', total: 1 }])
  expect([wordsOf('known_exploited', 1), wordsOf('known_exploited', 2), wordsOf('of_tomorrow', 2)]).toEqual(['known exploited vulnerability', 'known exploited vulnerabilities', 'of tomorrow'])
})

test('each matter leads to itself and to what comes next', () => {
  const cve = matter('past_sla', 'CVE-2026-0001', { resource: 'vulnerabilities/CVE-2026-0001', filter: 'cve:CVE-2026-0001', assets: 2 })
  expect(openOf(cve)).toBe('/vulnerabilities/CVE-2026-0001')
  expect(nextOf(cve)).toEqual({ to: '/fleet?q=cve:CVE-2026-0001', words: '2 assets' })
  const scope = matter('scope_not_listed', 'sim a/b host', { resource: 'connectors/1' })
  expect(nextOf(scope)).toEqual({ to: '/connectors/1', words: 'Open the connector', command: 'qlrf coverage list' })
  expect(openOf(matter('image_behind', 'ql-base', { resource: 'drift' }))).toBe('/images/ql-base')
  expect(openOf(matter('image_revoked', 'ql-base:1.0', { resource: 'images/1' }))).toBe('/images/ql-base/1.0')
})

test('a level that nobody knows is not good', () => {
  expect(['critical', 'warning', 'unknown', 'new'].map(stateOf)).toEqual(['critical', 'warning', 'unknown', 'unknown'])
})
