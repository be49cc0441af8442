import { rmSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'
import { Yard, type Bundle } from './harness/bundles'
import { json, ownEstate, signIn, type Estate } from './harness/estate'

test.use({ storageState: { cookies: [], origins: [] } })
let estate: Estate
let yard: Yard
let connector: string
test.beforeAll(async () => {
  test.setTimeout(120_000)
  estate = await ownEstate(5)
  yard = new Yard()
  connector = await yard.connect(estate.server, 'yard')
})
test.afterAll(async () => {
  await estate?.stop()
  rmSync(yard.folder, { recursive: true, force: true })
})

const choose = (page: Page, file: Bundle) => page.getByRole('dialog').getByLabel('Bundle', { exact: true }).setInputFiles(file)
const send = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
const MACHINE = '0123456789abcdef0123456789abcde7'

test('a bundle brings a new host, then what changed on it, with its age', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors`)
  await page.getByRole('button', { name: 'Import a bundle' }).click()
  await expect(page.getByRole('dialog')).toContainText('16.0 MiB at most')
  await choose(page, await yard.collect(yard.host('yard-07', MACHINE)))
  await send(page)
  const done = page.getByRole('dialog').getByRole('status')
  await expect(done).toContainText('A new host')
  await expect(done).toContainText('Signed byyard')
  await expect(done).toContainText(/Read there(just now|1 min ago)/)
  await page.getByRole('button', { name: 'Import another' }).click()
  await choose(page, await yard.collect(yard.host('yard-07', MACHINE, '5.2.15-2+b9')))
  await send(page)
  await expect(done).toContainText('Its facts changed')
  await done.getByRole('link', { name: 'yard-07' }).click()
  await expect(page.getByRole('row', { name: /yard-07/ })).toBeVisible()
})

test('what was changed on the way is refused, with the page about it', async ({ page, expectAnswer }) => {
  expectAnswer(400, /\/facts$/)
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors/${connector}`)
  await page.getByRole('button', { name: 'Import a bundle' }).click()
  const bundle = await yard.collect(yard.host('yard-07', MACHINE))
  const envelope = JSON.parse(bundle.buffer.toString()) as { payload: string }
  const told = Buffer.from(envelope.payload, 'base64').toString().replaceAll('yard-07', 'yard-08')
  await choose(page, { ...bundle, buffer: Buffer.from(JSON.stringify({ ...envelope, payload: Buffer.from(told).toString('base64') })) })
  await send(page)
  const refused = page.getByRole('dialog').getByRole('alert')
  await expect(refused).toContainText('bundle_untrusted')
  await expect(refused.getByRole('link', { name: /bundle_untrusted/ })).toHaveAttribute('href', '/errors/bundle_untrusted')
  await choose(page, { ...bundle, buffer: bundle.buffer.subarray(0, 200) })
  await expect(refused).toHaveCount(0)
  await send(page)
  await expect(refused).toContainText('bundle_malformed')
  await expectAccessible(page)
  expect((await json<{ total: number }>(estate.server, '/api/v1/assets?q=yard-08')).total).toBe(0)
})

test('a key that nobody trusts opens nothing, nor does an older bundle', async ({ page, expectAnswer }) => {
  expectAnswer(400, /\/facts$/)
  expectAnswer(409, /\/facts$/)
  const stranger = new Yard()
  await stranger.connect(estate.server, 'another yard')
  const older = await yard.collect(yard.host('yard-07', MACHINE))
  const newer = await yard.collect(yard.host('yard-07', MACHINE))
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors?import=1`)
  await page.getByRole('dialog').getByLabel('Connector').selectOption({ label: 'yard' })
  await choose(page, await stranger.collect(stranger.host('yard-09', MACHINE.replace('7', '9'))))
  await send(page)
  const refused = page.getByRole('dialog').getByRole('alert')
  await expect(refused).toContainText('bundle_untrusted')
  await choose(page, newer)
  await send(page)
  await page.getByRole('button', { name: 'Import another' }).click()
  await choose(page, older)
  await send(page)
  await expect(refused).toContainText('bundle_older_than_held')
  rmSync(stranger.folder, { recursive: true, force: true })
})

test('what is too large is not sent, and who may not sees why', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors?import=1`)
  await choose(page, { name: 'huge.bundle', mimeType: 'application/octet-stream', buffer: Buffer.alloc((16 << 20) + 1) })
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('a bundle has 16.0 MiB at most')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true })).toHaveAttribute('aria-disabled', 'true')
  const { id } = await json<{ id: string }>(estate.server, '/api/v1/rbac/members', { login: 'vera', role: 'viewer' })
  const { path } = await json<{ path: string }>(estate.server, `/api/v1/rbac/members/${id}/sign-in-link`, {})
  await signIn(page, estate, /link=([\w-]+)/.exec(path)?.[1])
  await page.goto(`${estate.url}/connectors?import=1`)
  const button = page.getByRole('button', { name: 'Import a bundle' })
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await button.focus()
  await expect(page.getByRole('tooltip')).toContainText('does not have the permission connector:sync')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await signIn(page, estate)
  await strictPolicy(page)
  for (const address of ['/connectors?import=1', `/connectors/${connector}?import=1`]) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(estate.url + address)
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
