import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'

const map = (name: RegExp) => ({ name })

test('a square opens exactly its assets', async ({ page }) => {
  await page.goto('/sites')
  const row = page.getByRole('table', map(/Coverage by site and environment/)).getByRole('row').nth(1)
  const square = row.getByRole('cell').filter({ has: page.getByRole('link') }).first()
  const [current = '0', total = '0'] = /^(\d+) of (\d+) current/.exec((await square.getAttribute('title')) ?? '')?.slice(1) ?? []
  await square.getByRole('link').click()
  await expect(page).toHaveURL(/\/fleet\?q=site:.+env:/)
  await expect(page.getByText(new RegExp(`^${Number(total) - Number(current)} assets?( ·|$)`)).first()).toBeVisible()
})

test('what is shown is chosen, and the URL holds it', async ({ page }) => {
  await page.goto('/sites')
  await page.getByRole('combobox', { name: 'Columns' }).selectOption('platform')
  await page.getByRole('combobox', { name: 'Show' }).selectOption('age')
  await expect(page).toHaveURL(/by=platform&show=age/)
  const table = page.getByRole('table', map(/Drift age by site and platform/))
  await expect(table.getByText(/more than 30 d/).first()).toBeAttached()
  await expect(table.getByText('being counted')).toHaveCount(0)
  await page.goBack()
  await expect(page.getByRole('table', map(/Coverage by site and platform/))).toBeVisible()
  await page.goto('/sites?by=nonsense&show=nonsense')
  await expect(page.getByRole('table', map(/Coverage by site and environment/))).toBeVisible()
})

test('without judged packages findings are unknown, not none', async ({ page }) => {
  await page.goto('/sites?show=findings')
  const table = page.getByRole('table', map(/Findings by site and environment/))
  await expect(table.getByText('being counted')).toHaveCount(0)
  await expect(table.getByRole('row').nth(1)).toContainText(/judged/)
})

test('down to one site and on to its assets, by keyboard alone', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await expect(page.getByRole('heading', { name: 'Sites', level: 1 })).toBeFocused()
  const row = page.getByRole('table', map(/Coverage by site/)).getByRole('row').nth(1)
  const name = (await row.getByRole('rowheader').textContent()) ?? ''
  await row.getByRole('rowheader').getByRole('link').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name, level: 1 })).toBeFocused()
  await expect(page.getByText(/assets are current/)).toBeVisible()
  const platform = page.getByRole('table', { name: 'Platforms' }).getByRole('row').nth(1)
  const assets = await platform.getByRole('cell').first().textContent()
  await platform.getByRole('link').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText(`${assets} assets`).first()).toBeVisible()
})

test('a site that is not there says so', async ({ page }) => {
  await page.goto('/sites/nowhere')
  await expect(page.getByText('No asset is at this site')).toBeVisible()
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await strictPolicy(page)
  for (const address of ['/sites', '/sites?show=age&by=platform', '/sites?show=findings', '/sites/ams1']) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(address)
    await expect(page.getByRole('table').first()).toBeVisible()
    await expect(page.getByText('being counted')).toHaveCount(0)
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
    expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBeLessThanOrEqual(0)
  }
})
