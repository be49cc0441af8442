import { expect, test } from 'vitest'
import { viewAddress } from './view'

test('a view has one address, whatever the order in which it was made, without moment and row', () => {
  const made = { sort: '-lag', q: 'platform:aws', as_of: '2026-01-01T00:00:00Z', peek: 'x', env: 'prod' }
  expect(viewAddress('/fleet', made)).toBe('/fleet?env=prod&q=platform:aws&sort=-lag')
  expect(viewAddress('/drift', {})).toBe('/drift')
})
