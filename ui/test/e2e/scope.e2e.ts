import { api, expect, expectAccessible, expectFitsPhone, test } from './harness'

const SCOPE = 'project=commerce&env=prod'
const Q = 'project:commerce env:prod'
const get = async <T>(path: string) => (await (await api(path)).json()) as T
const assetsIn = async (q: string) => (await get<{ total: number }>(`/api/v1/assets?limit=1&q=${encodeURIComponent(q)}`)).total

test('a project and an environment are chosen, and every page that follows shows them alone', async ({ page }) => {
  const [some, all] = [await assetsIn(Q), await assetsIn('')]
  expect(some).toBeGreaterThan(0)
  expect(some).toBeLessThan(all)
  await page.goto('/fleet')
  await page.getByRole('button', { name: /^Scope:/ }).click()
  await page.getByLabel('Project').selectOption('commerce')
  await page.getByLabel('Environment').selectOption('prod')
  await expect(page).toHaveURL(/project=commerce&env=prod/)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('grid', { name: 'Assets' })).toHaveAttribute('aria-rowcount', new RegExp(`^${some}$|^${some + 1}$`))
  await expect(page.getByRole('note')).toContainText('Only project commerce, environment prod')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Overview' }).click()
  await expect(page).toHaveURL(new RegExp(SCOPE))
  await expect(page.getByText(new RegExp(`^${some} assets`)).first()).toBeVisible()
  await page.getByRole('button', { name: /^Scope:/ }).click()
  await page.getByRole('button', { name: 'Show the whole organisation' }).click()
  await expect(page).not.toHaveURL(/project|env/)
  await expect(page.getByText(new RegExp(`^${all} assets`)).first()).toBeVisible()
})

test('a filter is within the scope, and a number leads to exactly its list', async ({ page }) => {
  const drift = await get<{ total: { total: number; outdated: number } }>(`/api/v1/drift/summary?q=${encodeURIComponent(Q)}`)
  await page.goto(`/drift?${SCOPE}`)
  await expect(page.getByText(new RegExp(`of ${drift.total.total}\\b`)).first()).toBeVisible()
  await page.goto(`/fleet?${SCOPE}&q=drift:outdated`)
  const grid = page.getByRole('grid', { name: 'Assets' })
  await expect(grid).toHaveAttribute('aria-rowcount', new RegExp(`^${drift.total.outdated}$|^${drift.total.outdated + 1}$`))
})

test('a page that cannot be narrowed says so, and leads to lists that are not either', async ({ page }) => {
  const matrix = await get<{ rows: { family: string; version: string; cells: { assets: number }[] }[] }>('/api/v1/images/matrix?by=env&family=alma-app')
  const row = matrix.rows.find((each) => each.cells.some((cell) => cell.assets > 0))
  await page.goto(`/images/alma-app/${row?.version}?${SCOPE}`)
  await expect(page.getByRole('note')).toContainText('Not narrowed to project commerce, environment prod: this page speaks of the whole organisation')
  await page.getByRole('link', { name: 'Open the list' }).click()
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await expect(page).not.toHaveURL(/project|env=/)
  await page.goBack()
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Drift' }).click()
  await expect(page).toHaveURL(new RegExp(SCOPE))
})

test('a scope without assets is not an estate without assets', async ({ page }) => {
  await page.goto('/?project=no-such-project')
  await expect(page.getByText('No asset is in this scope')).toBeVisible()
  await expect(page.getByText('No assets yet')).toHaveCount(0)
})

test('accessible, and fits a phone', async ({ page }) => {
  await page.goto(`/vulnerabilities?${SCOPE}`)
  await expect(page.getByRole('note')).toBeVisible()
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
  await expectAccessible(page)
  await expectFitsPhone(page)
})
