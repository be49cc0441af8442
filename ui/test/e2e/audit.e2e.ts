import { readFileSync } from 'node:fs'
import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'

test.beforeEach(async ({ page }) => {
  await page.goto('/audit')
  await expect(page.getByRole('grid', { name: 'Audit trail' }).getByRole('row').nth(2)).toBeVisible()
})

test('the chain is verified, and its head is there to be written down and compared', async ({ page }) => {
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  const verdict = page.getByRole('region', { name: 'Verification of the trail' }).getByRole('status')
  await expect(verdict).toContainText('intact')
  const words = (await verdict.textContent()) ?? ''
  const head = /[0-9a-f]{64}/.exec(words)?.[0] ?? ''
  const rows = /(\d+) records?/.exec(words)?.[1] ?? ''
  await page.getByRole('button', { name: 'Against a head written down earlier' }).click()
  await page.getByLabel('Records then').fill(rows)
  await page.getByLabel('Head hash then').fill(head)
  await page.getByRole('button', { name: 'Compare' }).click()
  await expect(verdict).toContainText('intact, and contains that head')
  await page.getByLabel('Head hash then').fill('0'.repeat(64))
  await page.getByRole('button', { name: 'Compare' }).click()
  await expect(verdict).toContainText('broken')
})

test('filtered by actor, and one record leads to its request', async ({ page }) => {
  await page.getByLabel('Actor').fill('person:nobody')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/actor=person:nobody/)
  await expect(page.getByText('No record fits the filter')).toBeVisible()
  await page.getByRole('button', { name: 'Any actor' }).click()
  await expect(page.getByRole('grid', { name: 'Audit trail' }).getByRole('row').nth(1)).toBeVisible()
  await page.getByRole('grid', { name: 'Audit trail' }).focus()
  await page.keyboard.press('j')
  await page.keyboard.press(' ')
  await expect(page.getByRole('dialog')).toContainText('asked for')
  await expect(page.getByRole('dialog')).toContainText('done, 200')
})

test('the whole trail is saved as it can be proven without a server', async ({ page }) => {
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Whole trail' }).click()
  const lines = readFileSync(await (await saved).path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { seq: number; prev_hash: string; hash: string })
  expect(lines[0]).toMatchObject({ seq: 1, prev_hash: '0'.repeat(64) })
  expect(lines[1]?.prev_hash).toBe(lines[0]?.hash)
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await strictPolicy(page)
  await page.goto('/audit?peek=1')
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await expect(page.getByText('intact')).toBeVisible()
  await expectAccessible(page)
  await page.goto('/audit')
  await expectFitsPhone(page)
  expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBeLessThanOrEqual(0)
})
