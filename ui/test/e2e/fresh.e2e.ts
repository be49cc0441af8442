import { expect, test as base } from './harness'
import { serveUi } from './harness/setup'
import { startServer, type Running } from './harness/server'
import { contract } from './harness/contract'

interface Own { server: Running; url: string; again: () => Promise<void> }

/** A server of its own, with nothing but this host: what is done to it disturbs nobody. */
const test = base.extend<object, { own: Own }>({
  own: [async ({}, use) => {
    const own = { server: await startServer(), url: '', again: async () => { own.server = await startServer(own.server) } }
    const site = await serveUi(own.server)
    own.url = site.url
    await use(own)
    await site.close()
    await own.server.stop()
  }, { scope: 'worker', timeout: 180_000 }],
  baseURL: async ({ own }, use) => use(own.url),
  storageState: { cookies: [], origins: [] },
})
test.describe.configure({ mode: 'serial', timeout: 300_000 })

test.beforeEach(async ({ page, own }) => {
  await page.goto(`/sign-in?link=${own.server.signInLink()}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
})

test('the first steps tick themselves from facts, live', async ({ page, own }) => {
  await expect(page.getByText('live', { exact: true })).toBeVisible({ timeout: 30_000 })
  const step = (name: string) => page.getByRole('listitem').filter({ hasText: name })
  await expect(step('A host is seen')).toContainText('done', { timeout: 30_000 })
  await expect(step('A contract is registered')).not.toContainText('done')
  await own.server.api('/api/v1/images/e2e-first:1.0', contract('e2e-first', '1.0', '', 'production'))
  await expect(step('A contract is registered')).toContainText('done', { timeout: 15_000 })
  await own.server.api('/api/v1/link-rules', { name: 'all', family: 'e2e-first', selector: { name: '*' } })
  await expect(step('An asset is linked to an image')).toContainText('done', { timeout: 15_000 })
  await expect(page.getByRole('button', { name: /dismiss|close/i })).toHaveCount(0)
})

test('the simulated estate is a choice of its own: loaded, marked, live, removed', async ({ page }) => {
  const group = page.getByRole('group', { name: 'Simulated estate' })
  await group.getByRole('combobox', { name: 'Simulated assets' }).selectOption('1000')
  await group.getByRole('button', { name: 'Load simulated estate' }).click()
  await expect(page.getByText(/1\u202f001 assets/).first()).toBeVisible({ timeout: 120_000 })
  await expect(page.getByText('simulated').first()).toBeVisible()
  await group.getByRole('button', { name: 'Remove it' }).click()
  await page.getByRole('dialog').getByLabel(/^Type simulated/).fill('simulated')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText(/^1 asset/).first()).toBeVisible({ timeout: 120_000 })
  await expect(group.getByRole('button', { name: 'Load simulated estate' })).toBeVisible()
})

test('the palette loads and removes it as well', async ({ page }) => {
  const result = page.getByRole('status', { name: 'Result' })
  const act = async (text: string) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(text)
    await expect(page.getByRole('option').first()).toContainText(new RegExp(text, 'i'))
    await page.keyboard.press('Enter')
  }
  await act('load the simulated estate')
  const load = page.getByRole('dialog', { name: 'Load the simulated estate' })
  await load.getByLabel('Assets').selectOption('1000')
  await load.getByRole('button', { name: 'Load' }).click()
  await expect(result).toContainText(/1\u202f000 added/, { timeout: 120_000 })
  await act('remove the simulated estate')
  await page.getByRole('dialog').getByLabel(/^Type simulated/).fill('simulated')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(result).toContainText(/1\u202f000 simulated assets removed/, { timeout: 120_000 })
})

test('the server goes and comes back: what was there stays, says its age, and goes on by itself', async ({ page, own, complaints }) => {
  await expect(page.getByText('live', { exact: true })).toBeVisible({ timeout: 30_000 })
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Images' }).click()
  await expect(page.getByRole('grid', { name: 'Image families' })).toContainText('e2e-first')
  await page.clock.install()
  await own.server.pause()
  await expect(page.getByText('reconnecting')).toBeVisible()
  await page.clock.fastForward('01:30')
  await expect(page.getByText(/No connection to the server since/)).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Image families' })).toContainText('e2e-first')
  await page.getByRole('button', { name: 'Ask now' }).click()
  await expect(page.getByText(/not refreshed/).first()).toBeVisible({ timeout: 30_000 })
  await own.again()
  await own.server.api('/api/v1/images/e2e-meanwhile:1.0', contract('e2e-meanwhile', '1.0'))
  await page.clock.fastForward('00:45')
  await expect(page.getByText('live', { exact: true })).toBeVisible({ timeout: 120_000 })
  await expect(page.getByText(/No connection to the server/)).toBeHidden()
  await expect(page.getByRole('grid', { name: 'Image families' })).toContainText('e2e-meanwhile')
  // The browser itself tells of each connection that failed.
  complaints.splice(0, complaints.length, ...complaints.filter((each) => !/ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/.test(each)))
})
