import type { Browser } from '@playwright/test'
import { api, expect, expectAccessible, expectFitsPhone, newLink, strictPolicy, test, world } from './harness'

test('a person is invited, gets a link that works once, changes role and leaves', async ({ page, browser, baseURL }) => {
  await page.goto('/organisation')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByRole('dialog').getByLabel('Login').fill('rita@example.org')
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign-in link' })
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  const link = (await dialog.getByLabel('Sign-in link', { exact: true }).textContent()) ?? ''
  const other = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } })
  const theirs = await other.newPage()
  await theirs.goto(link)
  await theirs.getByRole('button', { name: 'Sign in' }).click()
  await theirs.getByRole('button', { name: 'Account of rita@example.org' }).click()
  await expect(theirs.getByText('viewer').first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('combobox', { name: 'Role of rita@example.org' }).selectOption('engineer')
  await expect(page.getByRole('combobox', { name: 'Role of rita@example.org' })).toHaveValue('engineer')
  await page.getByRole('button', { name: 'Remove rita@example.org' }).click()
  await page.getByRole('dialog').getByLabel(/Type rita/).fill('rita@example.org')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByRole('row', { name: /rita/ })).toBeHidden()
  await other.close()
})

test('the last administrator stays, and the reason is said', async ({ page, expectAnswer }) => {
  expectAnswer(409, /\/rbac\/members\/[0-9a-f-]{36}$/)
  await page.goto('/organisation')
  await page.getByRole('combobox', { name: /^Role of / }).first().selectOption('viewer')
  await expect(page.getByRole('alert')).toContainText('last_admin')
  await expect(page.getByRole('combobox', { name: /^Role of / }).first()).toHaveValue('admin')
})

test('the roles are what the server decides by', async ({ page }) => {
  const roles = (await (await api('/api/v1/rbac/roles')).json()) as { name: string; permissions: string[] }[]
  await page.goto('/organisation')
  const table = page.getByRole('table', { name: 'Permissions of each role' })
  const engineer = roles.findIndex((role) => role.name === 'engineer')
  for (const permission of ['image:write', 'member:manage']) {
    const yes = roles[engineer]?.permissions.includes(permission)
    await expect(table.getByRole('row', { name: permission }).getByRole('cell').nth(engineer)).toContainText(yes ? 'yes' : 'no')
  }
  await expect(table.getByRole('row', { name: 'feed:sync' }).getByRole('cell').nth(engineer)).toContainText('with the mark')
})

test('the profile says who one is and what one may do; a weak password is refused before it is sent', async ({ page }) => {
  await page.goto('/organisation')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Profile' }).click()
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await expect(page.getByText(/permissions$/)).toBeVisible()
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByLabel('New password again').fill('shorter')
  await expect(page.getByRole('alert').first()).toContainText('At least 12 characters')
  await expect(page.getByRole('button', { name: 'Set the password' })).toHaveAttribute('aria-disabled', 'true')
})

/** One more browser of the same person. */
async function again(browser: Browser) {
  const context = await browser.newContext({ baseURL: world().url, storageState: { cookies: [], origins: [] } })
  const page = await context.newPage()
  await page.goto(`/sign-in?link=${newLink()}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  return page
}

test('sessions in other browsers are ended, one or all, and this one stays', async ({ page, browser, expectAnswer }) => {
  expectAnswer(401, '/users/me')
  const second = await again(browser)
  const third = await again(browser)
  await page.goto('/profile')
  const rows = page.getByRole('table', { name: 'Your sessions' }).getByRole('row')
  await expect(page.getByText('this browser')).toHaveCount(1)
  const own = rows.filter({ hasText: 'this browser' })
  await expect(own.getByRole('rowheader')).toHaveText(/^Chrome \d+ on Linux$/)
  await expect(own).toContainText(/just now|min ago/)
  const before = await rows.count()
  await page.getByRole('button', { name: 'End', exact: true }).first().click()
  await expect(rows).toHaveCount(before - 1)
  await third.reload()
  await expect(third.getByRole('heading', { name: 'Sign in to QL-RF' })).toBeVisible()
  await second.reload()
  await expect(second.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.getByRole('button', { name: 'End all others' }).click()
  await expect(page.getByRole('dialog')).toContainText('This one stays signed in')
  await page.getByRole('dialog').getByRole('button', { name: 'End them' }).click()
  await expect(rows).toHaveCount(2)
  await second.reload()
  await expect(second.getByRole('heading', { name: 'Sign in to QL-RF' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'End all others' })).toHaveAttribute('aria-disabled', 'true')
  for (const other of [second, third]) await other.context().close()
})

test('the mark of those who run the installation is given and taken, each time by name', async ({ page }) => {
  const login = `mark-${Date.now()}@example.org`
  const { id } = (await (await api('/api/v1/rbac/members', { login, role: 'engineer' })).json()) as { id: string }
  await page.goto('/organisation')
  const row = page.getByRole('row', { name: new RegExp(login) })
  const dialog = page.getByRole('dialog')
  await row.getByRole('button', { name: `Let ${login} run the installation` }).click()
  await expect(dialog.getByRole('button', { name: 'Give the mark' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel(/^Type mark-/).fill(login)
  await dialog.getByRole('button', { name: 'Give the mark' }).click()
  await expect(row).toContainText('runs the installation')
  await row.getByRole('button', { name: `Take the installation from ${login}` }).click()
  await dialog.getByLabel(/^Type mark-/).fill(login)
  await dialog.getByRole('button', { name: 'Take the mark' }).click()
  await expect(row).not.toContainText('runs the installation')
  await api(`/api/v1/rbac/members/${id}`, undefined, 'DELETE')
})

test('nothing in it needs a weaker policy', async ({ page }) => {
  await strictPolicy(page)
  await page.goto('/organisation')
  await page.getByRole('button', { name: 'Invite' }).click()
  await expect(page.getByRole('dialog', { name: 'Invite a person' })).toBeVisible()
})

for (const address of ['/organisation', '/profile']) {
  test(`accessible, and fits a phone: ${address}`, async ({ page }) => {
    await page.goto(address)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
    expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBeLessThanOrEqual(0)
  })
}
