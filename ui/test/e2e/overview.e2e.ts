import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'

test.beforeEach(async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
})

test('every figure has a denominator and says what is not known', async ({ page }) => {
  await expect(page.getByText(/of 601 assets are current/)).toBeVisible()
  await expect(page.getByText(/assets not judged/)).toBeVisible()
  await expect(page.getByText('never imported: what it would tell is not known').first()).toBeVisible()
  await expect(page.getByText('simulated').first()).toBeVisible()
})

test('a red square opens exactly its assets', async ({ page }) => {
  const map = page.getByRole('table', { name: /coverage by site/ })
  const square = map.getByRole('row').nth(1).getByRole('cell').getByRole('link').first()
  const words = (await square.textContent()) ?? ''
  const [current = '0', total = '0'] = /(\d+) of (\d+) current/.exec(words)?.slice(1) ?? []
  await square.click()
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeFocused()
  await expect(page).toHaveURL(/q=site:/)
  await expect(page.getByText(new RegExp(`^${Number(total) - Number(current)} assets?( ·|$)`)).first()).toBeVisible()
})

test('the past is edged, and is kept on the way', async ({ page }) => {
  await page.getByRole('button', { name: /As of/ }).click()
  await page.getByRole('button', { name: '1 h ago' }).click()
  await expect(page).toHaveURL(/as_of=/)
  await expect(page.getByRole('button', { name: 'Return to now' })).toBeVisible()
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Fleet' }).click()
  await expect(page).toHaveURL(/\/fleet\?as_of=/)
  await page.getByRole('button', { name: 'Return to now' }).click()
  await expect(page).not.toHaveURL(/as_of/)
})

test('pages and actions by keyboard', async ({ page }) => {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to or act' }).fill('fleet')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys and signs' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
})

test('it follows the server', async ({ page }) => {
  await expect(page.getByText('live', { exact: true })).toBeVisible({ timeout: 20_000 })
})

test('nothing in it needs a weaker policy', async ({ page }) => {
  await strictPolicy(page)
  await page.reload()
  await expect(page.getByText(/of 601 assets are current/)).toBeVisible()
  await page.getByRole('button', { name: 'Theme' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
})

test('accessible, and fits a phone', async ({ page }) => {
  await expect(page.getByText(/of 601 assets are current/)).toBeVisible()
  await expectAccessible(page)
  await expectFitsPhone(page)
})
