import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectFitsPhone, rowCount, strictPolicy, test } from './harness'

test.beforeEach(async ({ page }) => {
  await page.goto('/fleet')
  await expect(page.getByRole('grid', { name: 'Assets' }).getByRole('row').nth(3)).toBeVisible()
})

test('filters with suggestions, and the URL holds them', async ({ page }) => {
  const filter = page.getByRole('combobox', { name: 'Filter' })
  await page.keyboard.press('/')
  await expect(filter).toBeFocused()
  await page.keyboard.type('platf')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.type('aw')
  await page.getByRole('option', { name: /aws/ }).click()
  await expect(page).toHaveURL(/q=platform:aws/)
  const grid = page.getByRole('grid', { name: 'Assets' })
  await expect(grid).not.toHaveAttribute('aria-rowcount', rowCount(601))
  await expect(grid.getByRole('gridcell', { name: 'aws', exact: true }).first()).toBeVisible()
  await page.goBack()
  await expect(grid).toHaveAttribute('aria-rowcount', rowCount(601))
})

test('a wrong filter says what is wrong', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/assets')
  await page.goto('/fleet?q=colour:red')
  await expect(page.getByRole('alert')).toContainText('a filter cannot ask for "colour"', { ignoreCase: true })
  await expect(page.getByRole('alert')).toContainText('invalid_filter')
  await expect(page.getByRole('link', { name: /^invalid_filter/ })).toHaveAttribute('href', '/errors/invalid_filter')
})

test('a refused filter is asked once', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/assets')
  const asked: string[] = []
  page.on('request', (request) => { if (new URL(request.url()).pathname === '/api/v1/assets') asked.push(request.url()) })
  // The code of the page comes after the answer: what was asked ahead of it stands refused then.
  await page.route(/FleetPage-.*\.js$/, async (route) => {
    await page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/v1/assets')
    await route.continue()
  })
  await page.goto('/fleet?q=colour:red')
  await expect(page.getByRole('alert')).toContainText('invalid_filter')
  expect(asked).toHaveLength(1)
})

/** Keys walk over rows, so the first one has to be there. */
async function walkable(page: Page) {
  const grid = page.getByRole('grid', { name: 'Assets' })
  await expect(grid.getByRole('row').nth(1)).toBeVisible()
  await grid.focus()
  return grid
}

test('the keyboard alone walks, chooses and looks in', async ({ page }) => {
  const grid = await walkable(page)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(page.getByRole('region', { name: 'Chosen rows' })).toContainText('1 chosen')
  await page.keyboard.press(' ')
  await expect(page.getByRole('dialog')).toContainText('Facts since')
  await expect(page).toHaveURL(/peek=/)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/peek=/)
  await grid.focus()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: 'Chosen rows' })).toBeHidden()
})

test('sorts at the server, by header', async ({ page }) => {
  const grid = page.getByRole('grid', { name: 'Assets' })
  const header = page.getByRole('columnheader', { name: 'Name' })
  await header.getByRole('button').click()
  await expect(header).toHaveAttribute('aria-sort', 'ascending')
  await header.getByRole('button').click()
  await expect(page).toHaveURL(/sort=-name/)
  await expect(header).toHaveAttribute('aria-sort', 'descending')
  await expect(grid.getByRole('row').nth(1)).toContainText(/^(?!ams1)/)
})

test('every header that sorts asks for an order that the server has', async ({ page }) => {
  await page.getByRole('button', { name: 'Columns' }).click()
  const hidden = page.getByRole('menuitemcheckbox', { checked: false })
  for (let left = await hidden.count(); left > 0; left--) {
    await hidden.first().click()
    await expect(hidden).toHaveCount(left - 1)
  }
  await page.keyboard.press('Escape')
  const sorted = await page.getByRole('columnheader').getByRole('button').allTextContents()
  expect(sorted.length).toBeGreaterThan(5)
  for (const name of sorted) {
    await page.getByRole('columnheader', { name, exact: true }).getByRole('button').click()
    await expect(page.getByRole('columnheader', { name, exact: true })).toHaveAttribute('aria-sort', /ending/)
    await expect(page.getByRole('alert')).toBeHidden()
    await expect(page.getByRole('grid', { name: 'Assets' })).toHaveAttribute('aria-busy', 'false')
  }
})

test('scrolling loads the next page', async ({ page }) => {
  await page.getByRole('grid', { name: 'Assets' }).focus()
  await expect(page.getByText(/200 of 601 assets loaded/)).toBeVisible()
  await page.keyboard.press('End')
  await expect(page.getByText('601 assets', { exact: true }).last()).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Assets' }).locator('[aria-rowindex="602"]')).toBeVisible()
})

test('groups open into exactly their assets', async ({ page }) => {
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('platform')
  await expect(page).toHaveURL(/group=platform/)
  const row = page.getByRole('row', { name: /^aws/ })
  const assets = (await row.getByRole('cell').first().textContent()) ?? ''
  await row.getByRole('link', { name: 'aws' }).click()
  await expect(page.getByText(`${assets} assets`).first()).toBeVisible()
})

test('columns are chosen and kept in the URL', async ({ page }) => {
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Owner' }).click()
  await expect(page.getByRole('columnheader', { name: 'Owner' })).toBeVisible()
  await expect(page).toHaveURL(/cols=.*owner/)
})

test('the link of a view is copied, with all that the view holds', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/fleet?q=drift:outdated&sort=-differences')
  await page.getByRole('button', { name: 'Compact rows' }).click()
  await expect(page).toHaveURL(/density=compact/)
  await page.getByRole('button', { name: 'Copy a link to this view' }).click()
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
})

test('nothing in it needs a weaker policy', async ({ page }) => {
  await strictPolicy(page)
  await page.reload()
  await walkable(page)
  await page.keyboard.press('j')
  await page.keyboard.press(' ')
  await expect(page.getByRole('dialog')).toContainText('Facts since')
})

test('accessible, and a card per row on a phone', async ({ page }) => {
  await expectAccessible(page)
  await expectFitsPhone(page)
  await expect(page.getByRole('grid', { name: 'Assets' }).getByRole('row').nth(2)).toBeVisible()
  await expectAccessible(page)
})
