import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'
import { startRegistry, type Registry } from './harness/containers'
import { importOsv, json, ownEstate, signIn, sync, type Estate } from './harness/estate'

test.use({ storageState: { cookies: [], origins: [] } })
const ADVISORY = {
  id: 'DSA-5001-1', modified: '2026-02-01T00:00:00Z', aliases: ['CVE-2026-1111'], summary: 'A buffer is read past its end',
  affected: [{ package: { ecosystem: 'Debian:12', name: 'openssl' }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.15-1' }] }] }],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
}
let estate: Estate
let registry: Registry | undefined
test.beforeAll(async () => {
  test.setTimeout(120_000)
  registry = await startRegistry()
  if (!registry) return
  await registry.push('team/web', '1.4', { openssl: '3.0.11-1', bash: '5.2.15-2+b2', zlib1g: '1:1.2.13.dfsg-1' })
  estate = await ownEstate(5)
  await importOsv(estate.server, [ADVISORY])
  const { id } = await json<{ id: string }>(estate.server, '/api/v1/connectors', { kind: 'oci', name: 'hub', config: { server: registry.url, name: 'hub' } })
  await sync(estate.server, id)
})
test.afterAll(async () => {
  await estate?.stop()
  registry?.stop()
})
test.beforeEach(() => test.skip(!registry, 'docker-registry is not installed'))

const image = async () => (await json<{ items: { id: string }[] }>(estate.server, '/api/v1/resources?kind=container_image')).items[0]?.id ?? ''

test('from the list to an image of a registry, what is wrong with it and what it holds', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/resources?kind=container_image`)
  await expect(page.getByText(/^1 container image/).first()).toBeVisible()
  await page.getByRole('link', { name: /team\/web/ }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: /team\/web/ })).toBeFocused()
  await page.getByRole('link', { name: 'hub', exact: true }).click()
  await expect(page.getByText('1 resource added')).toBeVisible()
  await page.goBack()
  const software = page.getByRole('tablist', { name: 'Software of the image' })
  await expect(software.getByRole('tab', { name: 'Findings' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByText(/^1 finding: /)).toBeVisible()
  await expect(page.getByText(/Judged: \d of 3 packages/)).toBeVisible()
  await expect(page.getByRole('row', { name: /CVE-2026-1111/ })).toContainText('openssl')
  await software.getByRole('tab', { name: 'Packages' }).click()
  await expect(page).toHaveURL(/tab=packages/)
  await expect(page.getByRole('row', { name: /zlib1g/ })).toContainText('1:1.2.13.dfsg-1')
  await page.getByRole('textbox', { name: 'Package' }).fill('bash')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('row', { name: /bash/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /zlib1g/ })).toHaveCount(0)
})

test('by keyboard alone between its tabs', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/resources/${await image()}`)
  await page.getByRole('tab', { name: 'Findings' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Packages' })).toBeFocused()
  await expect(page.getByRole('row', { name: /openssl/ })).toBeVisible()
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await signIn(page, estate)
  await strictPolicy(page)
  const one = `/resources/${await image()}`
  for (const address of ['/resources?kind=container_image', one, `${one}?tab=packages`]) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(estate.url + address)
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
