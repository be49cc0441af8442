import { expect, test } from 'vitest'
import { toCsv } from './export'
import { complete, tokenAt } from './filter'
import { nextSort, readTable } from './url'

test('the URL of a list is validated', () => {
  const url = readTable({ q: 'platform:aws', sort: 'name;drop', group: 'site', density: 'huge', cols: 'a,,b' })
  expect(url).toEqual({ q: 'platform:aws', sort: undefined, group: 'site', peek: undefined, density: 'regular', columns: ['a', 'b'] })
})

test('sorting goes round', () => {
  expect([nextSort(undefined, 'name'), nextSort('name', 'name'), nextSort('-name', 'name')]).toEqual(['name', '-name', undefined])
  expect([nextSort(undefined, '-age'), nextSort('-age', '-age')]).toEqual(['-age', undefined])
})

test('the last term is what is completed', () => {
  expect(tokenAt('env:prod pla')).toEqual({ head: 'env:prod ', key: undefined, typed: 'pla', negated: false })
  expect(tokenAt('-site:ams1,fr')).toEqual({ head: '-site:ams1,', key: 'site', typed: 'fr', negated: true })
  expect(tokenAt('workload:"card pay')).toEqual({ head: 'workload:', key: 'workload', typed: 'card pay', negated: false })
  expect(tokenAt('site:"Basel, hall \\"A')).toEqual({ head: 'site:', key: 'site', typed: 'Basel, hall "A', negated: false })
  expect(tokenAt('site:"a,b",c')).toEqual({ head: 'site:"a,b",', key: 'site', typed: 'c', negated: false })
  expect(complete('site:Bas', 'Basel, hall "A"')).toBe('site:"Basel, hall \\"A\\"" ')
  expect(complete('env:prod pla', 'platform:')).toBe('env:prod platform:')
  expect(complete('site:fr', 'fra1')).toBe('site:fra1 ')
  expect(complete('workload:ca', 'card payments')).toBe('workload:"card payments" ')
})

test('a spreadsheet reads names as text, never as formulas', () => {
  const columns = [{ header: 'Name', text: (row: { n: string }) => row.n }]
  expect(toCsv([{ n: '=cmd()' }, { n: 'a "b", c' }], columns)).toBe('Name\r\n\'=cmd()\r\n"a ""b"", c"\r\n')
})
