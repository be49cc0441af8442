import type { Page } from '@playwright/test'
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
  for (const name of [/^Images: image × patch matrix/, /^Profile/, /^Register an image version/, /^Sync feed EPSS/, /^Sign out/, /^Keys and help/]) await expect(page.getByRole('option', { name })).toBeVisible()
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

/** Writes, and takes the first that fits. */
const choose = async (page: Page, text: string, option: RegExp) => {
  await page.keyboard.type(text)
  await expect(page.getByRole('option').first()).toHaveAccessibleName(option)
  await page.keyboard.press('Enter')
}

test('a connector is synced from anywhere: asked first, its result told, and the focus where it was', async ({ page }) => {
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'New name' }).focus()
  await page.keyboard.press('Control+k')
  await choose(page, 'sync connector estate', /^Sync connector estate/)
  const dialog = page.getByRole('dialog', { name: 'Sync estate' })
  await expect(dialog).toContainText('It lists everything that it may see')
  await dialog.getByRole('button', { name: 'Sync now' }).press('Enter')
  await expect(dialog).toBeHidden()
  const result = page.getByRole('status', { name: 'Result' })
  await expect(result).toContainText(/Collection of estate: 600 unchanged/)
  await expect(result).toContainText(/complete|partial/)
  await expect(page.getByRole('textbox', { name: 'New name' })).toBeFocused()
  await expectAccessible(page)
  await result.getByRole('link', { name: 'Open the connector' }).click()
  await expect(page.getByRole('heading', { name: 'estate', level: 1 })).toBeVisible()
  await expect(result).toBeEmpty()
})

test('drift is judged from anywhere, and the result has its numbers', async ({ page }) => {
  await choose(page, 'judge', /^Judge drift now/)
  await page.getByRole('dialog', { name: 'Judge drift now' }).getByRole('button', { name: 'Judge' }).click()
  await expect(page.getByRole('status', { name: 'Result' })).toContainText(/601 assets: [\d\u202f]+ current/)
})

test('what is not possible now is there with its reason, and does nothing', async ({ page }) => {
  await choose(page, 'load the sim', /^Load the simulated estate ?It is loaded already/)
  await expect(page.getByRole('combobox', { name: 'Go to or act' })).toBeFocused()
  await page.getByRole('combobox', { name: 'Go to or act' }).fill('2024-02-30')
  await expect(page.getByRole('option', { name: /^As of/ })).toHaveCount(0)
  await page.getByRole('combobox', { name: 'Go to or act' }).fill('')
  await choose(page, '2024-02-29 13:45', /^As of: 2024-02-29 13:45:00 UTC/)
  await expect(page).toHaveURL(/as_of=2024-02-29T13:45:00.000Z/)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('judge')
  await expect(page.getByRole('option', { name: /Judge drift now.*You are looking at the past/ })).toHaveAttribute('aria-disabled', 'true')
})

test('forms open from it, and their addresses hold them', async ({ page }) => {
  await choose(page, 'create an api', /^Create an API token/)
  await expect(page.getByRole('dialog', { name: 'Create token' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('dialog', { name: 'Create token' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page).toHaveURL(/\/tokens$/)
  await page.keyboard.press('Control+k')
  await choose(page, 'import file epss', /^Import a file of feed EPSS/)
  await expect(page.getByRole('dialog', { name: /^Import EPSS/ })).toBeVisible()
})

test('more options than fit are walked by keyboard without losing sight of them', async ({ page }) => {
  // Both that are asked for are there: what comes later would be the last one.
  for (const name of [/^Sync connector/, /^Sync feed/]) await expect(page.getByRole('option', { name }).first()).toBeAttached()
  await page.keyboard.press('ArrowUp')
  const last = page.getByRole('option').last()
  await expect(last).toHaveAttribute('aria-selected', 'true')
  await expect(last).toBeInViewport()
})
