import { api, expect, test } from './harness'
import { contract } from './harness/contract'
import { leave, personOf } from './harness/person'

for (const role of ['viewer', 'operator']) {
  test(`what a ${role} may not do is shown with the reason, and does nothing`, async ({ browser }) => {
    const { page, id } = await personOf(browser, role)
    await page.goto('/images')
    const register = page.getByRole('button', { name: 'Register a version' })
    await expect(register).toHaveAttribute('aria-disabled', 'true')
    await register.focus()
    await expect(page.getByRole('tooltip')).toContainText(`Your role, ${role}, does not have the permission image:write`)
    await page.keyboard.press('Enter')
    await expect(page).not.toHaveURL(/register/)
    await page.goto('/organisation')
    await expect(page.getByText(`Your role, ${role}, does not have the permission member:read`)).toBeVisible()
    await expect(page.getByLabel('New name')).toHaveAttribute('readonly')
    await expect(page.getByRole('button', { name: 'Rename' })).toHaveAttribute('aria-disabled', 'true')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('simulated estate')
    const load = page.getByRole('option', { name: /^Remove the simulated estate/ })
    await expect(load).toContainText(`Your role, ${role}, does not have the permission connector:manage`)
    await load.click({ force: true })
    await expect(page.getByRole('dialog', { name: /Remove what is simulated/ })).toHaveCount(0)
    await leave(page, id)
  })
}

test('a check is for everybody who reads, but a viewer cannot register what passed it', async ({ browser }) => {
  const { page, id } = await personOf(browser, 'viewer')
  await page.goto('/images?view=register')
  await page.getByRole('textbox', { name: /Contract/ }).fill(contract('e2e-viewer', '1.0'))
  await page.getByRole('button', { name: 'Check' }).click()
  await expect(page.getByRole('button', { name: 'Register e2e-viewer:1.0' })).toHaveAttribute('aria-disabled', 'true')
  await leave(page, id)
})

test('a session that ended leads to the sign-in page, and back to where one was', async ({ browser, expectAnswer }) => {
  expectAnswer(401, /\/(images\/matrix|users\/me|events)(\?|$)/)
  const { page, id } = await personOf(browser, 'viewer')
  await page.goto('/images?view=matrix')
  await expect(page.getByRole('table', { name: /Image versions/ })).toBeVisible()
  await api(`/api/v1/rbac/members/${id}`, undefined, 'DELETE')
  await page.getByRole('combobox', { name: 'Columns are' }).selectOption('env')
  await expect(page.getByRole('heading', { name: 'Sign in to QL-RF' })).toBeVisible()
  expect(new URL(page.url()).searchParams.get('next')).toBe('/images?view=matrix&by=env')
  await expect(page.getByText('Sign in to go on where you were')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Sign in to QL-RF' })).toBeVisible()
  await page.context().close()
})

test('an action in a session that ended leads to the sign-in page as well', async ({ browser, expectAnswer }) => {
  expectAnswer(401, /\/(users\/me(\/session)?|events)$/)
  const { page, id } = await personOf(browser, 'viewer')
  await page.goto('/profile')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await api(`/api/v1/rbac/members/${id}`, undefined, 'DELETE')
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await expect(page.getByRole('heading', { name: 'Sign in to QL-RF' })).toBeVisible()
  await page.context().close()
})

test('who has the role but not the mark is told so, and not that the role lacks it', async ({ browser }) => {
  const { page, id } = await personOf(browser, 'admin')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('sync feed')
  await expect(page.getByRole('option', { name: /^Sync feed EPSS/ })).toContainText('feed:sync is for those who run the installation: you do not have their mark')
  await page.goto('/organisation')
  const own = page.getByRole('row', { name: /^admin/ }).first()
  await expect(own).toContainText('runs the installation')
  await expect(own.getByRole('button', { name: 'Remove admin', exact: true })).toHaveAttribute('aria-disabled', 'true')
  await own.getByRole('button', { name: 'Take the installation from admin', exact: true }).focus()
  await expect(page.getByRole('tooltip')).toContainText('installation:manage is for those who run the installation')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await leave(page, id)
})
