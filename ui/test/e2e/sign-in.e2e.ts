import { expect, expectAccessible, expectFitsPhone, newLink, test } from './harness'

test.use({ storageState: { cookies: [], origins: [] } })

test('a page asked for without a session comes back after signing in by link', async ({ page, expectAnswer }) => {
  expectAnswer(401, '/users/me')
  await page.goto('/fleet?q=platform:aws')
  await expect(page.getByRole('heading', { name: 'Sign in to QL-RF' })).toBeVisible()
  await expect(page).toHaveURL(/\/sign-in\?next=%2Ffleet%3Fq%3Dplatform:aws/)
  const next = new URL(page.url()).searchParams.get('next') ?? ''
  await page.goto(`/sign-in?link=${newLink()}&next=${encodeURIComponent(next)}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Filter' })).toHaveValue('platform:aws')
})

test('a link works once, and what is wrong is said', async ({ page, expectAnswer }) => {
  expectAnswer(401, /\/(users\/me|sign-in)$/)
  const link = newLink()
  await page.goto(`/sign-in?link=${link}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await page.getByRole('button', { name: /Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByLabel('Password')).toBeVisible()
  await page.goto(`/sign-in?link=${link}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText(/link/)
})

for (const next of ['//example.org/', '/%09/example.org/', '/%5Cexample.org/']) {
  test(`it never leads to another site: ${next}`, async ({ page }) => {
    await page.goto(`/sign-in?link=${newLink()}&next=${next}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
  })
}

test('accessible, and fits a phone', async ({ page }) => {
  await page.goto('/sign-in')
  await expectAccessible(page)
  await expectFitsPhone(page)
})
