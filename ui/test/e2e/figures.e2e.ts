import type { Page } from '@playwright/test'
import { expect, test } from './harness'
import { collect, json, ownEstate, signIn, type Estate } from './harness/estate'
import { CVE, EXPLOITED, importAdvisories } from './harness/feeds'

/** An estate of its own: feeds, and a fact that changes between two moments. */
interface Moment { as_of: string; assets: { total: number } }
let estate: Estate
let before: Moment
let now: Moment

test.use({ storageState: { cookies: [], origins: [] } })
test.beforeAll(async () => {
  test.setTimeout(180_000)
  estate = await ownEstate(200)
  await importAdvisories({ url: estate.server.url, data: estate.server.data })
  before = await json<Moment>(estate.server, '/api/v1/overview/metrics')
  await collect(estate.server, estate.connector, { assets: 230 })
  now = await json<Moment>(estate.server, '/api/v1/overview/metrics')
  expect(now.assets.total).not.toBe(before.assets.total)
})
test.afterAll(() => estate?.stop())
test.beforeEach(async ({ page }) => {
  await signIn(page, estate)
  await expect(page.getByText(new RegExp(`of ${now.assets.total} assets are current`))).toBeVisible()
})

/** Links of the page that begin with a number, without those of a share and of groups. */
async function counted(page: Page, to: string): Promise<{ href: string; count: string }[]> {
  const links = await page.locator('main').locator(`a[href^="${to}"]`).evaluateAll((all) => all.map((link) => {
    const hidden = [...link.querySelectorAll('.sr-only')].map((each) => each.textContent ?? '')
    return { href: link.getAttribute('href') ?? '', text: hidden.reduce((text, each) => text.replace(each.trim(), ''), (link as HTMLElement).innerText).trim() }
  }))
  const found = links.filter(({ href }) => !href.includes('group=')).flatMap(({ href, text }) => {
    const count = /^([\d\u202f]+)(?![\d\u202f.]*\s?[%d](\s|$))/.exec(text)?.[1]
    return count ? [{ href, count }] : []
  })
  return [...new Map(found.map((each) => [each.href, each])).values()]
}

test('each number of the overview opens a list of exactly so many', async ({ page }) => {
  test.setTimeout(180_000)
  await expect(page.getByRole('heading', { name: 'Needs attention' })).toBeVisible()
  await expect(page.getByText('Nothing is behind')).toHaveCount(0)
  const assets = await counted(page, '/fleet?')
  const found = await counted(page, '/vulnerabilities?')
  expect(assets.map(({ href }) => href).filter((href) => /lag:critical|findings:exploited|updates:due/.test(href)).length).toBeGreaterThanOrEqual(3)
  expect(found.map(({ href }) => href)).toContain('/vulnerabilities?urgency=critical')
  for (const { href, count } of assets) {
    await page.goto(estate.url + href)
    await expect(page.locator('header p').filter({ hasText: new RegExp(`^${count} assets?( ·|$)`) }), href).toBeVisible()
  }
  for (const { href, count } of found) {
    await page.goto(estate.url + href)
    await expect(page.locator('header p').filter({ hasText: new RegExp(`^${count} vulnerabilit(y|ies)( ·|$)`) }), href).toBeVisible()
  }
})

test('the first line says what is wrong, where, since when, and leads there', async ({ page }) => {
  const worst = page.locator('main p').filter({ hasText: /^Critical:/i })
  await expect(worst.getByRole('link', { name: '1 known exploited vulnerability' })).toHaveAttribute('href', '/vulnerabilities?kev=true')
  const first = page.locator('main p').filter({ hasText: /^First / })
  await expect(first).toContainText(EXPLOITED)
  await expect(first).toContainText(/most at \S+ \(\d+\), at \d+ sites|at \S+/)
  await expect(first).toContainText(/since .+ago|since just now/)
  const [, assets = ''] = /on ([\d\u202f]+) assets/.exec((await first.textContent()) ?? '') ?? []
  await first.getByRole('link', { name: `${assets} assets` }).click()
  await expect(page).toHaveURL(new RegExp(`q=cve:${EXPLOITED}`))
  await expect(page.locator('header p').filter({ hasText: new RegExp(`^${assets} assets( ·|$)`) })).toBeVisible()
})

test('from the red square to the differing package in three keys', async ({ page }) => {
  const map = page.getByRole('table', { name: /coverage by site/ })
  const squares = map.getByRole('cell').getByRole('link')
  await expect(squares.first()).toBeVisible()
  const words = await squares.allTextContents()
  // Some squares are red by the age of their images alone.
  const hrefs = await squares.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
  const differing = await Promise.all(hrefs.map(async (href) => {
    const { items } = await json<{ items: { differences: { older: number; newer: number; missing: number } }[] }>(estate.server, `/api/v1/drift?limit=500&q=${encodeURIComponent(new URL(href, estate.url).searchParams.get('q') ?? '')}`)
    return items.filter(({ differences }) => differences.older + differences.newer + differences.missing > 0).length
  }))
  const red = words.findIndex((text, i) => Number(/^(\d+) %/.exec(text)?.[1] ?? 100) < 70 && (differing[i] ?? 0) > 1)
  expect(red).toBeGreaterThanOrEqual(0)
  await squares.nth(red).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeFocused()
  await expect(page.getByRole('grid').getByRole('row').nth(1)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/fleet\/[0-9a-f-]{36}/)
  const id = /fleet\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? ''
  const { packages } = await json<{ packages: { kind: string; name: string }[] }>(estate.server, `/api/v1/assets/${id}/drift`)
  expect(packages.length).toBeGreaterThan(0)
  await expect(page.getByRole('tab', { name: /Drift/, selected: true })).toBeVisible()
  await expect(page.locator('main').getByRole('link', { name: packages[0]?.name, exact: true }).first()).toBeInViewport()
})

test('what is past is shown as it was', async ({ page }) => {
  const { total } = before.assets
  const shows = async (address: string, words: RegExp) => {
    await page.goto(`${estate.url}${address}${address.includes('?') ? '&' : '?'}as_of=${before.as_of}`)
    await expect(page.getByText(words).first(), address).toBeVisible()
  }
  await shows('/', new RegExp(`of ${total} assets are current`))
  await shows('/drift', new RegExp(`of ${total} assets are current`))
  await shows('/sites', new RegExp(`· ${total} assets`))
  await shows('/fleet', new RegExp(`^${total} assets`))
  await shows('/vulnerabilities', new RegExp(`of ${total} assets judged`))
  await shows(`/vulnerabilities/${CVE}`, new RegExp(`of ${total} assets judged`))
  await page.getByRole('button', { name: 'Return to now' }).click()
  await expect(page.getByText(new RegExp(`of ${now.assets.total} assets judged`))).toBeVisible()
})

test('urgency narrows the list, and each part of the bar opens its own', async ({ page }) => {
  await page.goto(`${estate.url}/vulnerabilities`)
  await page.getByRole('definition').first().getByRole('link', { name: /^critical 1$/ }).click()
  await expect(page).toHaveURL(/urgency=critical/)
  await expect(page.getByRole('combobox', { name: 'Urgency' })).toHaveValue('critical')
  const grid = page.getByRole('grid', { name: 'Vulnerabilities' })
  await expect(grid.getByRole('row', { name: new RegExp(EXPLOITED) })).toBeVisible()
  await expect(grid.getByRole('row', { name: new RegExp(CVE) })).toHaveCount(0)
})

test('ages open exactly the assets that they count', async ({ page }) => {
  await page.goto(`${estate.url}/sites?show=age`)
  const map = page.getByRole('table', { name: /Drift age by site/ })
  await expect(map.getByText('being counted')).toHaveCount(0)
  const square = map.getByRole('cell').getByRole('link').filter({ hasText: /[1-9]\d* are behind for more than 30 d/ }).first()
  const [, assets = ''] = /^(\d+)/.exec((await square.textContent()) ?? '') ?? []
  await square.click()
  await expect(page).toHaveURL(/lag:critical/)
  await expect(page.locator('header p').filter({ hasText: new RegExp(`^${assets} assets?( ·|$)`) })).toBeVisible()
})

test('the times to fix are set, refused when they contradict each other, and kept', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/organization/sla')
  await page.goto(`${estate.url}/organisation`)
  const times = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Time to fix' }) })
  await expect(times).toContainText('own times')
  const save = times.getByRole('button', { name: 'Save times' })
  await expect(save).toHaveAttribute('aria-disabled', 'true')
  await times.getByLabel('Critical, hours').fill('480')
  await save.click()
  await expect(times.getByRole('alert')).toContainText('invalid_sla')
  await times.getByLabel('Critical, hours').fill('48')
  await save.click()
  await expect(times).not.toContainText('own times')
  await page.reload()
  await expect(times.getByLabel('Critical, hours')).toHaveValue('48')
  expect((await json<{ times: { critical_hours: number } }>(estate.server, '/api/v1/organization/sla')).times.critical_hours).toBe(48)
})
