import { expect, expectAccessible, expectFitsPhone, test, world } from './harness'

test('a token is made, shown once, works as far as it may, and is revoked for good', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/tokens')
  await page.getByRole('button', { name: 'Create token' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create token' })
  await expect(dialog.getByRole('button', { name: 'Create', exact: true })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel('Name').fill('nightly report <b>')
  await dialog.getByLabel('Valid for, days').fill('0')
  await expect(dialog.getByRole('alert')).toContainText('from 1 to 366')
  await dialog.getByLabel('Valid for, days').fill('7')
  await dialog.getByLabel('asset:read').check()
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  const shown = page.getByRole('dialog', { name: 'Copy the secret now' })
  const secret = (await shown.getByLabel('Secret', { exact: true }).textContent()) ?? ''
  await shown.getByRole('button', { name: 'Copy secret' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  await page.keyboard.press('Escape')
  await expect(shown).toBeVisible()
  await shown.getByRole('button', { name: 'I have copied it' }).click()
  await expect(page.getByText(secret)).toHaveCount(0)

  const ask = (path: string) => fetch(world().url + path, { headers: { authorization: `Bearer ${secret}` } }).then((answer) => answer.status)
  expect([await ask('/api/v1/assets?limit=1'), await ask('/api/v1/feeds')]).toEqual([200, 404])

  const row = page.getByRole('row', { name: /nightly report <b>/ })
  await expect(row).toContainText('asset:read')
  await row.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('dialog', { name: 'Revoke this token' }).getByRole('button', { name: 'Revoke' }).click()
  await expect(row).toContainText('revoked')
  expect(await ask('/api/v1/assets?limit=1')).toBe(401)
})

test('the past can be looked at and not changed', async ({ page }) => {
  await page.goto('/tokens?as_of=2024-01-01T00:00:00Z')
  const create = page.getByRole('button', { name: 'Create token' })
  await expect(create).toHaveAttribute('aria-disabled', 'true')
  await create.hover()
  await expect(page.getByRole('tooltip')).toContainText('Return to now to act')
})

test('accessible, and fits a phone', async ({ page }) => {
  await page.goto('/tokens')
  await expect(page.getByRole('row', { name: /local CLI/ })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create token' }).click()
  await expect(page.getByLabel('asset:read')).toBeVisible()
  await expectAccessible(page)
  await expectFitsPhone(page)
})
