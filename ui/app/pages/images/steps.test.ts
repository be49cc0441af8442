import { expect, test } from 'vitest'
import { stepsFrom } from './steps'

test('the life cycle goes forward only', () => {
  expect(stepsFrom({ status: 'draft' })).toEqual(['testing', 'production', 'retired', 'revoke', 'delete'])
  expect(stepsFrom({ status: 'production' })).toEqual(['deprecated', 'retired', 'revoke'])
  expect(stepsFrom({ status: 'retired' })).toEqual(['revoke'])
})

test('what was revoked is never promoted', () => {
  expect(stepsFrom({ status: 'testing', revoked_at: '2026-01-01T00:00:00Z' })).toEqual(['retired'])
  expect(stepsFrom({ status: 'production', revoked_at: '2026-01-01T00:00:00Z' })).toEqual(['deprecated', 'retired'])
})
