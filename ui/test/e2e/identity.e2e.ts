import { rmSync } from 'node:fs'
import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'
import { Yard } from './harness/bundles'
import { json, ownEstate, signIn, type Estate } from './harness/estate'

test.use({ storageState: { cookies: [], origins: [] } })
let estate: Estate
const yards: Yard[] = []
test.beforeAll(async () => {
  test.setTimeout(120_000)
  estate = await ownEstate(5)
})
test.afterAll(async () => {
  await estate?.stop()
  for (const { folder } of yards) rmSync(folder, { recursive: true, force: true })
})

interface Assets { total: number; items: { id: string; name: string }[] }
const find = (q: string) => json<Assets>(estate.server, `/api/v1/assets?q=${encodeURIComponent(q)}`)

/** This machine, seen by another source than the one that the program begins with. */
async function seenFromYard(name: string) {
  const yard = new Yard()
  yards.push(yard)
  const id = await yard.connect(estate.server, name)
  await estate.server.api(`/api/v1/connectors/${id}/facts`, (await yard.collect()).buffer)
}

test('two sources, one machine: told with its proof, split with a reason, and joined again', async ({ page }) => {
  await expect.poll(async () => (await find('simulated:false')).total).toBe(1)
  const [machine] = (await find('simulated:false')).items
  await seenFromYard('first-yard')
  expect((await find('simulated:false')).total).toBe(1)
  await signIn(page, estate)
  await page.goto(`${estate.url}/fleet?q=connector:first-yard`)
  await page.getByRole('row', { name: new RegExp(machine?.name ?? '') }).getByRole('link').first().click()
  const sources = page.getByRole('list', { name: 'Sources' })
  await expect(sources.getByRole('listitem')).toHaveCount(2)
  await expect(sources.getByText(/machine id [0-9a-f]{32}/)).toHaveCount(2)
  await sources.getByRole('button', { name: 'Split what first-yard sees' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: 'Split' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel('Why they are different machines').fill('the yard has a clone of it')
  await dialog.getByRole('button', { name: 'Split' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(sources.getByRole('listitem')).toHaveCount(1)
  expect((await find('simulated:false')).total).toBe(2)
  const [apart] = (await find('simulated:false connector:first-yard')).items
  await page.goto(`${estate.url}/fleet/${apart?.id}`)
  await expect(page.getByRole('note')).toContainText('the yard has a clone of it')
  await page.getByRole('button', { name: 'Join again' }).click()
  await expect(sources.getByRole('listitem')).toHaveCount(2)
  expect((await find('simulated:false')).total).toBe(1)
})

test('what contradicts itself needs attention: counted, explained, and each claimant a click away', async ({ page }) => {
  await seenFromYard('second-yard')
  await seenFromYard('third-yard')
  await signIn(page, estate)
  const matters = page.locator('section', { has: page.getByRole('heading', { name: 'Needs attention' }) })
  await expect(matters.getByText(/machine id [0-9a-f]{32}/)).toBeVisible()
  await expect(matters.getByText(/joins none: a machine-id alone proves nothing/)).toBeVisible()
  await matters.getByRole('link', { name: 'Who claims it' }).click()
  await expect(page.getByRole('heading', { name: 'Conflicts of identity', level: 1 })).toBeFocused()
  await expect(page.getByText('1 conflict', { exact: true })).toBeVisible()
  const conflict = page.getByRole('list', { name: 'Conflicts of identity' }).getByRole('listitem')
  await expect(conflict).toContainText('Let one source see more')
  await conflict.getByRole('link').first().click()
  await expect(page.getByRole('list', { name: 'Identities that prove nothing' })).toContainText('also claimed by')
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await signIn(page, estate)
  await strictPolicy(page)
  const [machine] = (await find('simulated:false')).items
  for (const address of ['/identity', `/fleet/${machine?.id}`]) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(estate.url + address)
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
