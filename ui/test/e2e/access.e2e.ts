import type { Page } from '@playwright/test'
import { expect, expectFits, rowCount, test, world } from './harness'

/** What a screen reader is told, apart from what is on the screen. */
const told = (page: Page) => page.locator('[role=status].sr-only')
const assets = (page: Page) => page.getByRole('grid', { name: 'Assets' })

test('a change of page is told, and so is how much a list holds', async ({ page }) => {
  await page.goto('/feeds')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Connectors' }).click()
  await expect(told(page)).toHaveText('Connectors')
  await expect(page.getByRole('heading', { level: 1, name: 'Connectors' })).toBeFocused()
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fleet' }).click()
  await expect(told(page)).toHaveText('601 assets')
  await page.getByRole('combobox', { name: 'Filter' }).fill('platform:aws')
  await page.keyboard.press('Enter')
  await expect(assets(page)).not.toHaveAttribute('aria-rowcount', rowCount(601))
  // As long as nobody knows how many there are, it is -1 (WAI-ARIA 1.2, aria-rowcount).
  await expect(assets(page)).toHaveAttribute('aria-rowcount', /^\d/)
  const rows = Number(await assets(page).getAttribute('aria-rowcount')) - 1
  await expect(told(page)).toHaveText(`${rows} assets`)
})

test('a phone is used with the finger: looking in, opening, choosing and sorting', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: world().url, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, storageState: 'test-results/session.json' })
  const page = await context.newPage()
  await page.goto('/fleet')
  const card = assets(page).getByRole('row').first()
  await expect(card.getByRole('checkbox')).toBeAttached()
  // Beside the words, where no link is near.
  await card.tap({ position: { x: 325, y: 50 } })
  await expect(page.getByRole('dialog')).toContainText('Facts since')
  await page.getByRole('button', { name: 'Close' }).tap()
  await card.getByRole('checkbox').tap({ force: true })
  await expect(page.getByRole('region', { name: 'Chosen rows' })).toContainText('1 chosen')
  await page.getByRole('button', { name: 'Sort' }).tap()
  await page.getByRole('menuitemradio', { name: 'Name, descending' }).tap()
  await expect(page).toHaveURL(/sort=-name/)
  const before = await page.evaluate(() => history.length)
  await card.getByRole('link').first().tap()
  await expect(page).toHaveURL(/\/fleet\/[\w-]+/)
  expect(await page.evaluate(() => history.length)).toBe(before + 1)
  await context.close()
})

for (const [reducedMotion, moves] of [['no-preference', true], ['reduce', false]] as const) {
  test(`with reduced motion "${reducedMotion}" ${moves ? 'what is loading moves' : 'nothing moves'}`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion })
    await page.goto('/feeds')
    await expect(page.getByRole('heading', { level: 1, name: 'Feeds' })).toBeVisible()
    await page.route('**/api/v1/connectors*', () => {})
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Connectors' }).click()
    await expect(page.getByRole('status', { name: 'Loading' }).first()).toBeVisible()
    expect((await page.evaluate(() => document.getAnimations().length)) > 0).toBe(moves)
  })
}

test('at 200 % nothing is lost to the side', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: world().url, viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, storageState: 'test-results/session.json' })
  const page = await context.newPage()
  for (const [address, name] of [['/', 'Overview'], ['/fleet', 'Fleet'], ['/connectors', 'Connectors']] as const) {
    await page.goto(address)
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expectFits(page)
  }
  await context.close()
})

test('the overview prints whole, without what only a screen needs', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByText(/of 601 assets are current/)).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden()
  await expect(page.getByRole('banner')).toBeHidden()
  await expect(page.getByText(/of 601 assets are current/)).toBeVisible()
  const cut = await page.evaluate(() => {
    const main = document.querySelector('main')
    return !main || getComputedStyle(main).overflowY !== 'visible' || document.documentElement.scrollHeight < main.scrollHeight
  })
  expect(cut).toBe(false)
})
