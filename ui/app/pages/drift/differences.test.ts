import { expect, test } from 'vitest'
import { packagesOf, valuesOf } from './differences'

test('entries are read field by field, and what is not one is left out', () => {
  const entries = [{ name: 'openssl', arch: 'amd64', change: 'older', expected: '3.0.13', actual: '3.0.11' }, { name: 'curl', change: 'vanished' }, null, 'nginx', { change: 'extra' }]
  expect(packagesOf(entries)).toEqual([
    { name: 'openssl', arch: 'amd64', change: 'older', state: 'warning', expected: '3.0.13', actual: '3.0.11' },
    { name: 'curl', arch: '', change: 'vanished', state: 'unknown', expected: undefined, actual: undefined },
  ])
  expect(valuesOf([{ name: 'sshd', expected: 'active', actual: 'inactive' }, { name: 'sshd' }])).toHaveLength(1)
})
