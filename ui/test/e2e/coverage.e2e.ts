import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'
import { json, ownEstate, signIn, type Estate } from './harness/estate'

interface Summary {
  scopes: { total: number; complete: number; partial: number; never: number; complete_fresh: number; unknown: number }
  assets: { total: number; covered: number; fresh: number; unknown: number }
}

test.use({ storageState: { cookies: [], origins: [] } })
let estate: Estate
let summary: Summary
test.beforeAll(async () => {
  test.setTimeout(120_000)
  estate = await ownEstate(400)
  summary = await json<Summary>(estate.server, '/api/v1/coverage/summary')
  // The simulated estate has a site that is reached in part.
  expect(summary.scopes.complete).toBeLessThan(summary.scopes.total)
})
test.afterAll(() => estate?.stop())

const headline = (page: Page, words: RegExp) => page.locator('header p').filter({ hasText: words })
const spaced = (value: number) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')

test('from the overview to the scopes behind its denominator, and to the assets in them', async ({ page }) => {
  await signIn(page, estate)
  const { scopes, assets } = summary
  await page.getByRole('region', { name: 'Data health' }).or(page.locator('section')).getByRole('link', { name: `${scopes.complete_fresh} of ${scopes.total} scopes complete and fresh` }).first().click()
  await expect(page.getByRole('heading', { name: 'Coverage', level: 1 })).toBeVisible()
  await expect(headline(page, new RegExp(`^${scopes.complete_fresh} scopes?( ·|$)`))).toBeVisible()
  await page.getByLabel('Last listing').selectOption('')
  await page.getByLabel('Age', { exact: true }).selectOption('')
  await expect(headline(page, new RegExp(`^${scopes.total} scopes( ·|$)`))).toBeVisible()
  await page.getByRole('link', { name: /^Assets in them/ }).click()
  await expect(page).toHaveURL(/q=freshness:fresh\+listed:complete/)
  await expect(headline(page, new RegExp(`^${spaced(assets.covered)} assets( ·|$)`))).toBeVisible()
})

test('each number of the page opens a list of exactly so many', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/coverage`)
  await expect(page.getByRole('grid', { name: 'Scopes' }).getByRole('row').nth(1)).toBeVisible()
  const links = page.locator('main p a')
  const all = await links.evaluateAll((found) => found.map((link) => ({ href: link.getAttribute('href') ?? '', text: (link as HTMLElement).innerText })))
  expect(all.length).toBeGreaterThanOrEqual(5)
  for (const { href, text } of all) {
    const number = /^[\d\u202f]+/.exec(text)?.[0] ?? ''
    await page.goto(estate.url + href)
    const noun = href.startsWith('/fleet') ? 'assets?' : 'scopes?'
    await expect(headline(page, new RegExp(`^${number} ${noun}( ·|$)`)), href).toBeVisible()
  }
})

test('a scope says why it is incomplete, and lists its assets', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/coverage?state=${summary.scopes.never > 0 ? 'never' : 'partial'}`)
  const grid = page.getByRole('grid', { name: 'Scopes' })
  await expect(grid.getByRole('row').nth(1)).toContainText('site_partly_unreachable')
  await grid.focus()
  await page.keyboard.press('j')
  await page.keyboard.press(' ')
  const peek = page.getByRole('dialog')
  await expect(peek).toContainText('did not answer')
  const link = peek.getByRole('link', { name: /assets?$/ })
  const [, many] = /^([\d\u202f]+)/.exec((await link.textContent()) ?? '') ?? []
  await link.click()
  await expect(headline(page, new RegExp(`^${many} assets?( ·|$)`))).toBeVisible()
})

test('a budget is set for all and for one connector, and the estate is told by it', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/organisation`)
  const stale = page.getByLabel('Stale after, hours')
  await expect(stale).toHaveValue('24')
  await stale.fill('200')
  const save = page.getByRole('button', { name: 'Save budget' })
  await expect(save).toHaveAttribute('aria-disabled', 'true')
  await page.getByLabel('Unknown after, hours').fill('400')
  await save.click()
  await expect(page.locator('section').filter({ has: page.getByRole('heading', { name: 'Freshness' }) })).toContainText('just now')
  await page.goto(`${estate.url}/connectors/${estate.connector}`)
  await expect(page.getByLabel('Stale after, hours')).toHaveValue('200')
  await page.getByLabel('Stale after, hours').fill('12')
  await page.getByRole('button', { name: 'Save budget' }).click()
  await expect(page.getByText('a budget of its own')).toBeVisible()
  await page.goto(`${estate.url}/coverage`)
  await expect(page.getByText('Stale after 200 h, unknown after 400 h, but for 1 connector with a budget of its own')).toBeVisible()
  await page.goto(`${estate.url}/connectors/${estate.connector}`)
  await page.getByRole('button', { name: 'As the organisation has it' }).click()
  await expect(page.getByLabel('Stale after, hours')).toHaveValue('200')
})

test('freshness filters and groups the fleet', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/fleet?group=freshness`)
  const groups = page.getByRole('region', { name: 'Assets by Freshness' })
  await expect(groups.getByRole('row').filter({ hasText: /^fresh/ })).toContainText(spaced(summary.assets.fresh))
  await groups.getByRole('link').first().click()
  await expect(page).toHaveURL(/q=freshness:/)
})

test('hosts, a jump host and labels have fields, and what the server refuses is said there', async ({ page, expectAnswer }) => {
  expectAnswer(400, /\/connectors$/)
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors?add=ssh`)
  const form = page.getByRole('dialog')
  await form.getByLabel('Name (needed)').fill('hosts of fra1')
  await expect(form.getByLabel('hosts file', { exact: true })).toBeVisible()
  const host = (n: number) => form.getByRole('group', { name: `host ${n}`, exact: true })
  await form.getByRole('button', { name: 'Add host' }).click()
  await host(1).getByLabel('address (needed)').fill('10.20.0.7')
  await host(1).getByLabel('fingerprint').fill('SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
  await host(1).getByRole('button', { name: 'Add label' }).click()
  await host(1).getByLabel('Name of label 1').fill('rack')
  await host(1).getByLabel('Value of label 1').fill('7')
  await form.getByRole('button', { name: 'Add host' }).click()
  await host(2).getByLabel('address (needed)').fill('10.20.0.8')
  await form.getByLabel('key', { exact: true }).fill('hunter2')
  await form.getByRole('button', { name: 'Add connector' }).click()
  await expect(form.getByRole('alert')).toContainText('is not the secret itself')
  await form.getByLabel('key', { exact: true }).fill('env:QLRF_NO_SUCH_KEY')
  await form.getByRole('button', { name: 'Add connector' }).click()
  await expect(host(2).getByRole('alert')).toContainText('nothing is known of the key of "10.20.0.8"')
  await expect(host(1).getByRole('alert')).toHaveCount(0)
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Remove host 2' }).click()
  await form.getByRole('button', { name: 'Set jump' }).click()
  await expect(form.getByRole('group', { name: 'jump', exact: true }).getByLabel('address (needed)')).toBeVisible()
  await form.getByRole('button', { name: 'Leave jump out' }).click()
  await expectFitsPhone(page)
})

test('the identity of the server is asked for in the form, and refused where its operator lent nothing', async ({ page, expectAnswer }) => {
  expectAnswer(400, /\/connectors$/)
  await signIn(page, estate)
  const refused = async (kind: string, fill: (form: Locator) => Promise<void>, said: string) => {
    await page.goto(`${estate.url}/connectors?add=${kind}`)
    const form = page.getByRole('dialog')
    await form.getByLabel('Name (needed)').fill(`lent to ${kind}`)
    await fill(form)
    await form.getByRole('button', { name: 'Add connector' }).click()
    await expect(form).toContainText(said)
    await expectAccessible(page)
  }
  await refused('azure', async (form) => { await form.getByLabel('managed identity', { exact: true }).selectOption('yes') }, 'see `qlrf serve --allow-instance-identity`')
  await refused('aws', async (form) => { await form.getByLabel('instance role', { exact: true }).selectOption('yes') }, 'see `qlrf serve --allow-instance-identity`')
  await refused('gcp', async (form) => { await form.getByLabel('credential: which').selectOption('attached service account') }, 'see `qlrf serve --allow-instance-identity`')
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await signIn(page, estate)
  await strictPolicy(page)
  for (const address of ['/coverage', '/coverage?state=complete&freshness=stale', `/coverage?connector=${estate.connector}&sort=-completed_at`]) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(estate.url + address)
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
