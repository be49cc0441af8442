import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scopeOf, TAKES_SCOPE, within } from './scope'

/** Their `q` is something else: a search, the beginning of a filter, part of a package's name, or one asset that is named already. */
const OTHERS = ['/api/v1/coverage', '/api/v1/search', '/api/v1/assets/suggest', '/api/v1/assets/{id}/packages', '/api/v1/assets/{id}/vulnerabilities', '/api/v1/resources/{id}/packages']

test('every route that filters assets is asked within the scope', () => {
  const { paths } = JSON.parse(readFileSync('../openapi/qlrf.json', 'utf8')) as { paths: Record<string, { get?: { parameters?: { name: string }[] } }> }
  const filtering = Object.keys(paths).filter((path) => paths[path]?.get?.parameters?.some((parameter) => parameter.name === 'q') && !OTHERS.includes(path))
  expect([...TAKES_SCOPE].sort()).toEqual(filtering.sort())
})

test('a scope narrows a filter, and quotes what it needs to', () => {
  expect(within({ project: 'web shop', env: 'prod' }, 'drift:outdated a')).toBe('project:"web shop" env:prod drift:outdated a')
  expect(within({ env: 'prod' }, undefined)).toBe('env:prod')
})

test('no scope is no scope', () => {
  expect(scopeOf({ project: '', q: 'a' })).toBeUndefined()
  expect(scopeOf({ env: 'x'.repeat(300) })?.env).toHaveLength(200)
})
