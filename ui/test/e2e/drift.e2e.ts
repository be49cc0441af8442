import { expect, expectAccessible, expectFitsPhone, rowCount, strictPolicy, test } from './harness'

const grid = (page: import('@playwright/test').Page) => page.getByRole('grid', { name: 'Drift' })

test.beforeEach(async ({ page }) => {
  await page.goto('/drift')
  await expect(grid(page).getByRole('row').nth(3)).toBeVisible()
})

test('states with their denominators, and each opens exactly its list', async ({ page }) => {
  await expect(page.getByText(/of 601 assets are current/)).toBeVisible()
  const legend = page.getByRole('link', { name: /^outdated \d+$/ })
  const [, assets = ''] = /outdated (\d+)/.exec((await legend.textContent()) ?? '') ?? []
  await legend.click()
  await expect(page).toHaveURL(/state=outdated/)
  await expect(grid(page)).toHaveAttribute('aria-rowcount', rowCount(assets))
  await expect(page.getByRole('combobox', { name: 'State' })).toHaveValue('outdated')
})

test('the keyboard alone reaches the differing packages', async ({ page }) => {
  type Row = { name: string; differences: { older: number; newer: number; missing: number } }
  const { items } = (await (await page.request.get('/api/v1/drift?limit=500')).json()) as { items: Row[] }
  const differing = items.find(({ differences }) => differences.older + differences.newer + differences.missing > 0)
  await page.goto(`/drift?q=${differing?.name}`)
  await expect(grid(page).getByRole('row').nth(1)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press(' ')
  const peek = page.getByRole('dialog')
  await expect(peek.getByRole('heading', { name: 'Packages that differ' })).toBeVisible()
  await expect(peek.getByRole('row', { name: /older|missing|newer|extra|forbidden/ }).first()).toBeVisible()
  await expect(peek.getByRole('link', { name: 'Open the asset' })).toHaveAttribute('href', /^\/fleet\/[0-9a-f-]{36}$/)
  await page.keyboard.press('Escape')
  await expect(peek).toBeHidden()
})

test('an asset that is behind by its version alone says what moving on changes', async ({ page }) => {
  type Row = { asset_id: string; name: string; versions_behind?: number; differences: Record<string, number> }
  const { items } = (await (await page.request.get('/api/v1/drift?limit=500&state=outdated')).json()) as { items: Row[] }
  const behind = items.find(({ versions_behind, differences }) => (versions_behind ?? 0) > 0 && Object.values(differences).every((n) => n === 0))
  await page.goto(`/drift?q=${behind?.name}`)
  await expect(grid(page).getByRole('row').nth(1)).toContainText('none but its version')
  await page.goto(`/fleet/${behind?.asset_id}?tab=drift`)
  const changes = page.locator('section', { has: page.getByRole('heading', { name: /^What moving to .* changes$/ }) })
  await expect(changes.getByRole('listitem').first()).toContainText(/expected by .*, host has older/)
  await expectAccessible(page)
})

test('offenders by a dimension that the URL holds', async ({ page }) => {
  await page.getByRole('tab', { name: 'Top offenders' }).click()
  await page.getByRole('combobox', { name: 'Top offenders by' }).selectOption('site')
  await expect(page).toHaveURL(/tab=offenders.*offenders=site|offenders=site.*tab=offenders/)
  await expect(page.getByRole('columnheader', { name: 'Site' })).toBeVisible()
})

test('parts of the estate, and the days', async ({ page }) => {
  await page.getByRole('tab', { name: /Platforms, sites/ }).click()
  await page.getByRole('link', { name: 'aws', exact: true }).click()
  await expect(page).toHaveURL(/q=platform:aws/)
  await page.goto('/drift?tab=time')
  await expect(page.getByRole('region', { name: 'Drift day by day' }).getByRole('row').nth(1)).toContainText('new →')
})

test('nothing in it needs a weaker policy', async ({ page }) => {
  await strictPolicy(page)
  await page.reload()
  await expect(grid(page).getByRole('row').nth(3)).toBeVisible()
})

test('accessible, and fits a phone', async ({ page }) => {
  for (const tab of ['assets', 'offenders', 'groups', 'time']) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`/drift?tab=${tab}`)
    await expect(page.getByText(/of 601 assets are current/)).toBeVisible()
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
