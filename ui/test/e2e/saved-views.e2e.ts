import type { Page } from '@playwright/test'
import { api, expect, expectAccessible, expectFitsPhone, test } from './harness'

const FILTER = 'platform:aws'
const menu = (page: Page) => page.getByRole('button', { name: 'Saved views' })

interface View { id: string }
test.afterAll(async () => {
  const { items } = (await (await api('/api/v1/saved-views?limit=500')).json()) as { items: View[] }
  for (const { id } of items) await api(`/api/v1/saved-views/${id}`, undefined, 'DELETE')
})

test('a list is kept by a name, found again from another page, and deleted', async ({ page }) => {
  await page.goto(`/fleet?q=${FILTER}&sort=-name&env=prod`)
  await expect(page.getByRole('grid', { name: 'Assets' }).getByRole('row').nth(1)).toBeVisible()
  const asked = await page.locator('header p').filter({ hasText: /assets?( ·|$)/ }).first().textContent()
  await menu(page).click()
  await expect(page.getByText('No view of this page is saved')).toBeVisible()
  await page.getByRole('menuitem', { name: 'Save this view' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this view' })
  await expect(dialog.getByText('/fleet?env=prod&q=platform:aws&sort=-name')).toBeVisible()
  await expectAccessible(page)
  await dialog.getByLabel('Name').fill('Production on AWS')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(menu(page)).toBeFocused()

  // A view has its own scope, whatever the page that it is chosen on is narrowed to.
  await page.goto('/fleet?env=dev')
  await menu(page).click()
  await page.getByRole('menuitem', { name: 'Production on AWS' }).click()
  await expect(page).toHaveURL(/env=prod&q=platform:aws&sort=-name$/)
  await expect(page.locator('header p').filter({ hasText: asked ?? '' }).first()).toBeVisible()
  await menu(page).click()
  await expect(page.getByRole('menuitem', { name: 'Production on AWS shown' })).toBeVisible()
  await page.keyboard.press('Escape')

  // Of other pages it is not, and the palette knows it everywhere.
  await page.goto('/drift')
  await menu(page).click()
  await expect(page.getByText('No view of this page is saved')).toBeVisible()
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to or act' }).fill('production on')
  await page.getByRole('option', { name: /View: Production on AWS/ }).click()
  await expect(page).toHaveURL(/fleet\?env=prod/)

  await menu(page).click()
  await page.getByRole('menuitem', { name: 'All saved views' }).click()
  const all = page.getByRole('dialog', { name: 'Saved views' })
  await expect(all.getByText('only you see it')).toBeVisible()
  await expectAccessible(page)
  await all.getByRole('button', { name: 'Delete the view Production on AWS' }).click()
  await expect(all.getByText('No view is saved yet')).toBeVisible()
})

test('saved again by its name a view is replaced, and shared ones say who shared them', async ({ page }) => {
  await api('/api/v1/saved-views', { name: '<b>of\u202eall</b>', address: '/fleet?q=env:dev', shared: true })
  await page.goto('/fleet?q=env:prod')
  const save = async (hint: string) => {
    await menu(page).click()
    await page.getByRole('menuitem', { name: 'Save this view' }).click()
    await page.getByLabel('Name').fill('mine')
    await expect(page.getByText(hint)).toBeVisible()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  await save('the view itself is always of now')
  await page.goto('/fleet?q=env:staging')
  await save('Takes the place of your view of this name')
  await menu(page).click()
  await expect(page.getByRole('menuitem', { name: /^mine/ })).toHaveCount(1)
  await page.getByRole('menuitem', { name: 'All saved views' }).click()
  const all = page.getByRole('dialog', { name: 'Saved views' })
  await expect(all.getByRole('listitem').filter({ hasText: 'of' }).first()).toContainText('everybody sees it · saved by')
  await all.getByRole('button', { name: 'mine', exact: true }).click()
  await expect(page).toHaveURL(/q=env:staging$/)
})

test('by the keyboard alone, and on a phone', async ({ page }) => {
  await page.goto('/fleet?q=env:prod')
  await menu(page).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  await page.keyboard.press('End')
  await expect(page.getByRole('menuitem', { name: 'All saved views' })).toBeFocused()
  await page.keyboard.press('Enter')
  const all = page.getByRole('dialog', { name: 'Saved views' })
  await expect(all.getByRole('button', { name: 'mine', exact: true })).toBeVisible()
  await expectFitsPhone(page)
  await page.keyboard.press('Escape')
  await expect(all).toBeHidden()
  await expect(menu(page)).toBeFocused()
})
