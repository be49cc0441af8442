import { expect, test } from 'vitest'
import { detailOf, draftOf, keptWords, specOf, undeclaredWords, type Part } from './parts'

const SITE: Part = {
  name: 'ams1', assets: 1,
  declared: { id: '1', etag: '"1"', since: '2026-01-01T00:00:00Z', author: 'person:admin', spec: { name: 'ams1', kind: 'cloud_region', title: 'Amsterdam' } },
}
const WORD: Part = { name: 'fra1', assets: 0 }

test('a form holds every field, and what is left empty is not said', () => {
  const draft = draftOf('site', SITE)
  expect(draft).toEqual({ name: 'ams1', kind: 'cloud_region', title: 'Amsterdam', location: '', time_zone: '', description: '' })
  expect(specOf(draft)).toEqual(SITE.declared?.spec)
  expect(specOf(draftOf('environment', WORD))).toEqual({ name: 'fra1', kind: 'other' })
  expect(specOf(draftOf('project', undefined))).toEqual({})
})

test('a word says what it is declared as, and what becomes of its assets', () => {
  expect([detailOf(SITE), detailOf(WORD)]).toEqual(['Cloud region', undefined])
  expect(keptWords(SITE)).toBe('1 asset carries ams1 and keeps it: the word is undeclared from then on.')
  expect(keptWords(WORD)).toBe('No asset carries fra1.')
  expect([undeclaredWords([SITE, WORD]), undeclaredWords([SITE])]).toEqual(['1 of 2 undeclared', 'all declared'])
})
