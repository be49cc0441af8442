import { expect, test } from 'vitest'
import { browserOf } from './browser'

test('a browser is told by what it calls itself', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
  expect(browserOf(chrome)).toBe('Chrome 131 on Linux')
  expect(browserOf(`${chrome} Edg/131.0.0.0`)).toBe('Edge 131 on Linux')
  expect(browserOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0')).toBe('Firefox 133 on Windows')
  expect(browserOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1')).toBe('Safari 18 on iPhone')
  expect(browserOf('curl/8.5.0')).toBe('curl 8')
  expect(browserOf('something else')).toBe('something else')
  expect(browserOf('x'.repeat(256))).toHaveLength(41)
  expect(browserOf(null)).toBeUndefined()
})
