import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectFitsPhone, rowCount, strictPolicy, test } from './harness'
import { collect, importOsv, json, ownEstate, signIn, type Estate } from './harness/estate'

interface Row { id: string; name: string; differences: number | null; packages: number | null }
interface Package { name: string; version: string; ecosystem: string }
interface Drift { family: string; version: string; sentences: string[]; packages: { name: string; expected: string | null }[] }

const HOSTILE = '<img src=x onerror=alert(1)> \u202egro.elpmaxe\u202c 👩‍🚒'
const CVE = 'CVE-2024-33333'
test.use({ storageState: { cookies: [], origins: [] } })

let estate: Estate
let drifted: Row
let patched: Row
let host: Row
let vulnerable: Package

const assets = async (q: string) => (await json<{ items: Row[] }>(estate.server, `/api/v1/assets?limit=300&q=${encodeURIComponent(q)}`)).items
const open = (page: Page, asset: Row, search = '') => page.goto(`${estate.url}/fleet/${asset.id}${search}`)

test.beforeAll(async () => {
  test.setTimeout(180_000)
  estate = await ownEstate(200)
  const { server, connector } = estate
  const local = (await json<{ id: string; kind: string }[]>(server, '/api/v1/connectors')).find((each) => each.kind === 'local')
  await collect(server, local?.id ?? '', { owner: HOSTILE, workload: HOSTILE })
  await collect(server, connector, { assets: 200, day: 40 })
  const found = await assets('drift:outdated simulated:true')
  drifted = found.find((row) => (row.differences ?? 0) > 1 && row.packages) as Row
  host = (await assets('simulated:false'))[0] as Row
  for (const row of await assets('simulated:true')) {
    if ((await json<unknown[]>(server, `/api/v1/assets/${row.id}/history`)).length > 1) {
      patched = row
      break
    }
  }
  const { items } = await json<{ items: Package[] }>(server, `/api/v1/assets/${drifted.id}/packages?limit=1`)
  vulnerable = items[0] as Package
  await importOsv(server, [{
    id: 'SPEC-2024-1', modified: '2024-02-01T00:00:00Z', published: '2024-01-01T00:00:00Z', aliases: [CVE], summary: '<b>not bold</b>',
    affected: [{ package: { ecosystem: vulnerable.ecosystem, name: vulnerable.name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '999:7' }] }] }],
  }])
})
test.afterAll(() => estate?.stop())
test.beforeEach(({ page }) => signIn(page, estate))

test('drift is told difference by difference, with what was expected', async ({ page }) => {
  const drift = await json<Drift>(estate.server, `/api/v1/assets/${drifted.id}/drift`)
  await open(page, drifted)
  await expect(page.getByRole('heading', { name: drifted.name, level: 1 })).toBeVisible()
  for (const sentence of drift.sentences) await expect(page.getByText(sentence, { exact: true })).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'Summary' })).toContainText('Confirmed')
  const first = drift.packages[0]
  await page.getByRole('link', { name: first?.name, exact: true }).first().click()
  await expect(page.getByRole('tab', { name: /Packages/ })).toHaveAttribute('aria-selected', 'true')
  await expect(page).toHaveURL(new RegExp(`tab=packages&q=`))
})

test('the version that it is compared with opens, and its connector is synced from here', async ({ page }) => {
  const drift = await json<Drift>(estate.server, `/api/v1/assets/${drifted.id}/drift`)
  await open(page, drifted)
  await page.getByRole('button', { name: 'Sync its connector' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sync now' }).click()
  await expect(page.getByRole('status', { name: 'Result' })).toContainText(/unchanged/)
  await page.getByRole('link', { name: `${drift.family} ${drift.version}` }).click()
  await expect(page.getByRole('heading', { name: `${drift.family}:${drift.version}`, level: 1 })).toBeVisible()
})

test('packages are searched at the server', async ({ page }) => {
  await open(page, drifted, '?tab=packages')
  const grid = page.getByRole('grid', { name: 'Packages' })
  await expect(grid).toHaveAttribute('aria-rowcount', rowCount(drifted.packages))
  await page.getByRole('combobox', { name: 'Filter' }).fill(vulnerable.name)
  await page.keyboard.press('Enter')
  await expect(grid.getByRole('row', { name: new RegExp(vulnerable.version.replace(/[.+]/g, '\\$&')) }).first()).toBeVisible()
  await expect(grid).not.toHaveAttribute('aria-rowcount', rowCount(drifted.packages))
})

test('a finding opens into the version that ends it here', async ({ page }) => {
  await open(page, drifted, '?tab=findings')
  const row = page.getByRole('grid', { name: 'Findings' }).getByRole('row', { name: new RegExp(CVE) })
  await expect(row).toContainText('for all')
  await expect(row).toContainText(vulnerable.name)
  await expect(row).toContainText('999:7')
  const { total } = await json<{ total: number }>(estate.server, `/api/v1/assets/${drifted.id}/vulnerabilities`)
  await expect(page.getByRole('tab', { name: `Findings ${total}` })).toHaveAttribute('aria-selected', 'true')
  await row.dblclick()
  const peek = page.getByRole('dialog', { name: CVE })
  await expect(peek).toContainText(vulnerable.version)
  await expect(peek).toContainText('fixed in 999:7')
  await expect(peek).toContainText('<b>not bold</b>')
  await page.getByRole('combobox', { name: 'Fix' }).selectOption('none')
  await expect(page).toHaveURL(/fix=none/)
  await expect(page.getByText('No finding fits')).toBeVisible()
})

test('the slider moves the whole page through time', async ({ page }) => {
  await open(page, patched, '?tab=facts')
  const slider = page.getByRole('slider', { name: 'Moment that the page shows' })
  await slider.focus()
  await page.keyboard.press('Home')
  await expect(page).toHaveURL(/as_of=/)
  await expect(page.getByRole('button', { name: 'Return to now' })).toBeVisible()
  await expect(slider).toHaveAttribute('aria-valuetext', /first seen/)
  await expect(page.getByRole('table', { name: 'Identity' })).toBeVisible()
  await page.keyboard.press('End')
  await expect(page).not.toHaveURL(/as_of=/)
})

test('two moments are compared, and a moment opens the page as of then', async ({ page }) => {
  await open(page, patched, '?tab=history')
  const differs = page.locator('section', { has: page.getByRole('heading', { name: 'Difference between two moments' }) })
  await expect(differs.getByText(/was .+/).first()).toBeAttached()
  await page.getByRole('combobox', { name: 'To' }).selectOption({ index: 2 })
  await expect(page).toHaveURL(/to=/)
  await expect(differs.getByText('Nothing differs.')).toBeVisible()
  await page.getByRole('button', { name: 'Show the page as of then' }).last().click()
  await expect(page).toHaveURL(/as_of=/)
})

test('before it was there, the page says so and leads back', async ({ page, expectAnswer }) => {
  expectAnswer(404, /\/assets\/[0-9a-f-]{36}(\/drift|\/vulnerabilities)?\?(limit=1&)?as_of=/)
  await open(page, patched, '?as_of=2020-01-01T00:00:00Z')
  await expect(page.getByText('Not in the estate at this moment')).toBeVisible()
  await page.getByRole('button', { name: 'Return to now' }).click()
  await expect(page.getByRole('heading', { name: patched.name, level: 1 })).toBeVisible()
})

test('its image has a place in its family', async ({ page }) => {
  await open(page, drifted, '?tab=image')
  await expect(page.getByRole('row', { name: /this asset/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /newest/ })).toBeVisible()
})

test('hostile facts are text, and what is not known is drawn', async ({ page }) => {
  await strictPolicy(page)
  await open(page, host, '?tab=facts')
  const identity = page.getByRole('table', { name: 'Identity' })
  await expect(identity.getByRole('row', { name: /^Owner/ })).toContainText('<img src=x onerror=alert(1)> ␣202E')
  await expect(page.locator('img')).toHaveCount(0)
  await expect(identity.getByRole('row', { name: /^Exposure/ })).toContainText('unknown')
})

test('from the list to the differing package by keyboard alone', async ({ page }) => {
  await page.goto(`${estate.url}/fleet?q=${encodeURIComponent(drifted.name)}`)
  const grid = page.getByRole('grid', { name: 'Assets' })
  await expect(grid.getByRole('row', { name: new RegExp(drifted.name) })).toBeVisible()
  await grid.focus()
  await page.keyboard.press('j')
  await page.keyboard.press(' ')
  await expect(page.getByRole('dialog')).toContainText('Provenance')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: drifted.name, level: 1 })).toBeFocused()
  await page.getByRole('tab', { name: /Drift/ }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: /Findings/ })).toHaveAttribute('aria-selected', 'true')
})

for (const tab of ['drift', 'findings', 'packages', 'facts', 'image', 'related', 'history']) {
  test(`${tab}: accessible, and fits a phone`, async ({ page }) => {
    await open(page, patched, `?tab=${tab}`)
    await expect(page.getByRole('complementary', { name: 'Summary' })).toContainText('Coverage')
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
    expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBeLessThanOrEqual(0)
  })
}
