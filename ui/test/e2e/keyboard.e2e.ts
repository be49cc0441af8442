import type { Locator, Page } from '@playwright/test'
import { api, expect, newLink, test } from './harness'

/** Where the Tab key has not come by then, nobody gets to. */
const TABS_MAX = 60

/** Only by the Tab key, as far as it takes; it fails where a person without a mouse would not get. */
async function tabTo(page: Page, goal: Locator) {
  for (let presses = 0; presses < TABS_MAX; presses++) {
    if ((await goal.count()) > 0 && (await goal.evaluate((element) => element === document.activeElement))) return
    await page.keyboard.press('Tab')
  }
  await expect(goal).toBeFocused()
}

const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key)
}

/** By its two keys from anywhere; its heading then has the focus. */
async function goTo(page: Page, key: string, title: string) {
  await press(page, 'g', key)
  await expect(page.getByRole('heading', { name: title, level: 1 })).toBeFocused()
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test.describe('by keyboard alone', () => {
  test.beforeEach(async ({ page }, { title }) => {
    if (title === 'sign-in') return
    await page.goto('/')
    await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
  })

  test('audit', async ({ page }) => {
    await goTo(page, 'a', 'Audit')
    await tabTo(page, button(page, 'Verify the chain'))
    await press(page, 'Enter')
    await expect(page.getByRole('region', { name: 'Verification of the trail' }).getByRole('status')).toContainText('intact')
  })

  test('coverage', async ({ page }) => {
    await goTo(page, 'w', 'Coverage')
    const grid = page.getByRole('grid')
    await tabTo(page, grid)
    await press(page, 'j', ' ')
    await expect(page.getByRole('dialog')).toBeVisible()
    await press(page, 'Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(grid).toBeFocused()
  })

  test('mapping', async ({ page }) => {
    await goTo(page, 'm', 'Mapping rules')
    await tabTo(page, button(page, 'Add a rule'))
    await press(page, 'Enter')
    const form = page.getByRole('dialog', { name: 'New rule' })
    await tabTo(page, form.getByLabel('Name of the rule'))
    await page.keyboard.type('edge belongs to the field')
    await tabTo(page, form.getByLabel('edge', { exact: true }))
    await press(page, ' ')
    await tabTo(page, form.getByRole('combobox', { name: 'Condition 1 is about' }))
    await page.keyboard.type('name')
    await tabTo(page, form.getByRole('textbox', { name: 'Text of condition 1' }))
    await page.keyboard.type('*')
    await tabTo(page, form.getByRole('combobox', { name: 'Field 1' }))
    await page.keyboard.type('owner')
    await tabTo(page, form.getByRole('textbox', { name: 'Value of owner' }))
    await page.keyboard.type('field-team')
    await tabTo(page, form.getByRole('button', { name: 'Take it into the draft' }))
    await press(page, 'Enter')
    await expect(page.getByText('changed, not saved')).toBeVisible()
    await tabTo(page, button(page, 'Preview changes'))
    await press(page, 'Enter')
    await expect(page.getByRole('dialog', { name: 'What would change' })).toContainText(/assets change/)
    await press(page, 'Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('feeds', async ({ page }) => {
    await goTo(page, 'e', 'Feeds')
    await tabTo(page, button(page, /^Import/).first())
    await press(page, 'Enter')
    await expect(page.getByRole('dialog')).toBeVisible()
    await press(page, 'Escape')
    await expect(button(page, /^Import/).first()).toBeFocused()
  })

  test('tokens', async ({ page }) => {
    await goTo(page, 't', 'API tokens')
    await tabTo(page, button(page, 'Create token'))
    await press(page, 'Enter')
    const dialog = page.getByRole('dialog', { name: 'Create token' })
    await tabTo(page, dialog.getByLabel('Name'))
    await page.keyboard.type('typed without a mouse')
    await tabTo(page, dialog.getByLabel('asset:read'))
    await press(page, ' ')
    await tabTo(page, dialog.getByRole('button', { name: 'Create', exact: true }))
    await press(page, 'Enter')
    await tabTo(page, button(page, 'I have copied it'))
    await press(page, 'Enter')
    const row = page.getByRole('row', { name: /typed without a mouse/ })
    await tabTo(page, row.getByRole('button', { name: /^Revoke/ }))
    await press(page, 'Enter')
    await tabTo(page, page.getByRole('dialog', { name: 'Revoke this token' }).getByRole('button', { name: 'Revoke' }))
    await press(page, 'Enter')
    await expect(row).toContainText('revoked')
  })

  test('organisation', async ({ page }) => {
    await goTo(page, 'u', 'Organisation')
    await tabTo(page, button(page, 'Invite'))
    await press(page, 'Enter')
    await tabTo(page, page.getByRole('dialog').getByLabel('Login'))
    await page.keyboard.type('keys@example.org')
    await press(page, 'Enter')
    await tabTo(page, button(page, 'Make a link'))
    await press(page, 'Enter')
    await tabTo(page, button(page, 'Done'))
    await press(page, 'Enter')
    await tabTo(page, button(page, 'Remove keys@example.org'))
    await press(page, 'Enter')
    await tabTo(page, page.getByRole('dialog').getByLabel(/Type keys/))
    await page.keyboard.type('keys@example.org')
    await press(page, 'Enter')
    await expect(page.getByRole('row', { name: /keys@example/ })).toHaveCount(0)
  })

  test('profile', async ({ page }) => {
    await press(page, 'Control+k')
    await page.keyboard.type('profile')
    await expect(page.getByRole('option', { name: /Profile/ }).first()).toBeVisible()
    await press(page, 'Enter')
    await expect(page.getByRole('heading', { name: 'Profile', level: 1 })).toBeFocused()
    await tabTo(page, page.getByLabel('New password', { exact: true }))
    await page.keyboard.type('short')
    await press(page, 'Tab')
    await expect(page.getByRole('alert')).toContainText('At least')
  })

  test('plans', async ({ page }) => {
    const { items: [asset] } = (await (await api('/api/v1/assets?limit=1')).json()) as { items: { id: string }[] }
    await goTo(page, 'p', 'Plans')
    await tabTo(page, button(page, 'New plan'))
    await press(page, 'Enter')
    const form = page.getByRole('dialog')
    await tabTo(page, form.getByRole('textbox'))
    await press(page, 'Control+a')
    await page.keyboard.insertText(`apiVersion: ql-rf.io/v1\nkind: ExecutionSpec\nmetadata: {title: Made by keys}\nspec: {targets: {assets: [${asset?.id}]}, steps: [{id: a, act: {ssh: {command: [reboot], timeout_seconds: 5}}, irreversible: true}]}\n`)
    await tabTo(page, form.getByRole('button', { name: /^(Make|Create|Plan)/ }))
    await press(page, 'Enter')
    await expect(page.getByRole('heading', { name: 'Made by keys', level: 1 })).toBeVisible()
    await tabTo(page, page.getByRole('tab', { name: /^Steps/ }))
    await press(page, 'ArrowRight')
    await expect(page.getByRole('tab', { name: /^Targets/ })).toHaveAttribute('aria-selected', 'true')
  })

  test.describe(() => {
    test.use({ storageState: { cookies: [], origins: [] } })
    test('sign-in', async ({ page }) => {
      await page.goto(`/sign-in?link=${newLink()}`)
      await tabTo(page, button(page, 'Sign in'))
      await press(page, 'Enter')
      await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
    })
  })
})
