import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PAGES } from './pages'

const FOLDER = new URL('../../docs/screenshots/', import.meta.url)
/** Small enough that the repository stays quick to fetch. */
const BYTES_MAX = 150 << 10

test.each(PAGES.filter((page) => page.rail).map(({ route }) => (route === '/' ? 'overview' : route.slice(1))))('%s has its picture: `make screenshots`', (name) => {
  const { size } = statSync(fileURLToPath(new URL(`${name}-light.png`, FOLDER)))
  expect(size).toBeLessThanOrEqual(BYTES_MAX)
})
