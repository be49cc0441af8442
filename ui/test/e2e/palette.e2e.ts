import { api, expect, expectAccessible, test } from './harness'

test.beforeEach(async ({ page }) => {
  await page.goto('/organisation')
  await expect(page.getByRole('heading', { name: 'Organisation' })).toBeVisible()
  await page.keyboard.press('Control+k')
})

test('an asset, an image and a site by name, each with its kind', async ({ page }) => {
  const { items } = (await (await api('/api/v1/assets?q=site:ams1&limit=1')).json()) as { items: { id: string; name: string }[] }
  const asset = items[0]
  if (!asset) throw new Error('the estate has no such asset')
  const box = page.getByRole('combobox', { name: 'Go to or act' })
  await box.fill('ams1')
  await expect(page.getByRole('option', { name: /^ams1.*site$/ })).toBeVisible()
  await box.fill('alma-app')
  await expect(page.getByRole('option', { name: /^alma-app:.*simulated · image/ }).first()).toBeVisible()
  await box.fill(asset.name)
  await page.getByRole('option', { name: new RegExp(`^${asset.name} .*asset$`) }).click()
  await expect(page).toHaveURL(new RegExp(`/fleet/${asset.id}`))
})

test('the keyboard alone opens an image version', async ({ page }) => {
  await page.keyboard.type('alma-app:')
  const option = page.getByRole('option', { name: /^alma-app:.*image$/ }).first()
  const name = ((await option.locator('bdi').first().textContent()) ?? '').trim()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
})

test('what is in no name becomes a filter, and says so', async ({ page }) => {
  await page.keyboard.type('no-such-thing-anywhere')
  await expect(page.getByText('Nothing in the estate has that in its name')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/fleet\?q=no-such-thing-anywhere/)
})

test('pages and actions are in it', async ({ page }) => {
  for (const name of [/^Images: image × patch matrix/, /^Profile/, /^Sign out/, /^Keys and help/]) await expect(page.getByRole('option', { name })).toBeVisible()
  await page.keyboard.type('matrix')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('tab', { name: 'Image × patch' })).toHaveAttribute('aria-selected', 'true')
})

test('help explains the page one is on, and all of it is accessible', async ({ page }) => {
  await page.keyboard.type('alma')
  await expect(page.getByRole('option', { name: /image$/ }).first()).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expect(page.getByRole('heading', { name: 'On this page: Organisation' })).toBeVisible()
  await expectAccessible(page)
})
