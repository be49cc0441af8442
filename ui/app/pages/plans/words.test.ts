import { expect, test } from 'vitest'
import { duration, riskState, said, shown } from './words'

test('a command is told so that nobody takes two arguments for one', () => {
  expect(said('ssh', { command: ['systemctl', 'restart', 'nginx'] })).toBe('systemctl restart nginx')
  expect(said('ssh', { command: ['echo', "it's; rm -rf /", ''], user: 'deploy' })).toBe("echo 'it'\\''s; rm -rf /' '' as deploy")
})

test('each kind says what it does', () => {
  expect(said('wait', { seconds: 90 })).toBe('90 seconds')
  expect(said('approval', { approvers: 1, role: 'engineer', expires_minutes: 240 })).toBe('1 person with the role engineer or more, within 4 hours')
  expect(said('wait_for_health', { port: 443, timeout_seconds: 120 })).toBe('port 443 takes a connection, for up to 2 minutes')
  const http = { method: 'GET', url: 'https://a/', expect_status: 200 }
  expect(said('gate', { samples: 5, failures_max: 1, probe: { http } })).toBe('5 samples, at most 1 failed: GET https://a/, 200 expected')
  expect(said('terraform', { source: { repository: 'https://git/a', commit: '3f786850e387550f', path: 'prod' } })).toBe('prod of https://git/a at 3f786850e387')
})

test('what this version does not know is shown and not hidden', () => {
  expect(said('teleport', { to: 'mars' })).toBe('{"to":"mars"}')
  expect(riskState('extreme')).toBe('unknown')
  expect(shown(undefined)).toBe('–')
  expect(shown({ batch: 2 })).toBe('{"batch":2}')
})

test('a duration is told in the largest unit that holds it', () => {
  expect([60, 61, 7_200, 86_400].map(duration)).toEqual(['1 minute', '61 seconds', '2 hours', '1 day'])
})
