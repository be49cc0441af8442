import { expect, test } from 'vitest'
// @ts-expect-error a plain script without types
import { checkedIn, generated } from '../../scripts/gen.mjs'

test('generated files are those of the OpenAPI document', async () => {
  const fresh: Record<string, string> = await generated()
  for (const [name, text] of Object.entries(fresh)) {
    expect(await checkedIn(name), `${name} is stale: npm run gen`).toBe(text)
  }
}, 30_000)
