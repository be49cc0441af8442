import type { Page } from '@playwright/test'
import { api, expect, expectAccessible, expectFitsPhone, test } from './harness'
import { contract } from './harness/contract'

/** Markup, a change of direction that is never ended, emoji and a zero-width joiner. */
const HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>window.owned=1</script>\u202eevil\u2066 👩‍💻🏴‍☠️ "><b>'
const LONG = 'W'.repeat(64 * 1024)

async function expectHarmless(page: Page) {
  expect(await page.evaluate(() => 'owned' in window)).toBe(false)
  await expect(page).not.toHaveTitle('owned')
  await expect(page.locator('main img, main b, main script')).toHaveCount(0)
  // A change of direction is shown as its number, so that it cannot turn what follows.
  expect(await page.locator('body').innerText()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
}

test('the name of the organisation', async ({ page }) => {
  const { name } = (await (await api('/api/v1/organization')).json()) as { name: string }
  try {
    await api('/api/v1/organization', { name: HOSTILE }, 'PATCH')
    await page.goto('/organisation')
    await expect(page.getByRole('main').getByText('onerror').first()).toBeVisible()
    await expectHarmless(page)
    await expectFitsPhone(page)
    await page.goto('/profile')
    await expect(page.getByRole('main').getByText('onerror').first()).toBeVisible()
    await expectHarmless(page)
  } finally {
    await api('/api/v1/organization', { name }, 'PATCH')
  }
})

test('a contract with 64 KB in a line, and a reason to revoke', async ({ page }) => {
  const text = contract('e2e-hostile', '1.0', `# ${HOSTILE}\n# ${LONG}\n`)
  await api('/api/v1/images/e2e-hostile:1.0', text)
  await page.goto('/images/e2e-hostile/1.0?tab=contract')
  await expect(page.getByText('<script>window.owned=1</script>')).toBeVisible()
  await expectHarmless(page)
  await expectAccessible(page)
  await expectFitsPhone(page)
  await api('/api/v1/images/e2e-hostile:1.0/revoke', { reason: HOSTILE })
  await page.goto('/images/e2e-hostile/1.0')
  await expect(page.getByRole('note')).toContainText('onerror')
  await expectHarmless(page)
})

test('the name of a link rule', async ({ page }) => {
  const made = await api('/api/v1/link-rules', { name: HOSTILE.slice(0, 100), family: 'alma-db', selector: { name: '<i>*' } })
  const { id } = (await made.json()) as { id: string }
  try {
    await page.goto('/images?view=rules')
    await expect(page.getByRole('grid', { name: 'Link rules' })).toContainText('<img src=x')
    await expectHarmless(page)
    await expectFitsPhone(page)
  } finally {
    await api(`/api/v1/link-rules/${id}`, undefined, 'DELETE')
  }
})

test('addresses: a family that is markup, a filter of 64 KB, a moment that is none', async ({ page, expectAnswer }) => {
  expectAnswer(404, /\/images\/%3Cimg.*\/lineage$/)
  expectAnswer(400, '/images/validate')
  await page.goto(`/images/${encodeURIComponent(HOSTILE)}`)
  await expect(page.getByRole('alert')).toBeVisible()
  await expectHarmless(page)
  await page.goto(`/images?view=matrix&by=${encodeURIComponent('"><script>')}&q=${'a'.repeat(2_000)}&as_of=yesterday`)
  await expect(page.getByRole('combobox', { name: 'Columns are' })).toHaveValue('site')
  await expectHarmless(page)
  await page.goto('/images?view=register')
  await page.getByRole('textbox', { name: /Contract/ }).fill(`${HOSTILE}: [${LONG}`)
  await page.getByRole('button', { name: 'Check' }).click()
  await expect(page.getByRole('heading', { name: /mistake/ })).toBeVisible()
  await expectHarmless(page)
})

test('what the palette is asked for', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to or act' }).fill(HOSTILE)
  await expect(page.getByRole('option', { name: /^Fleet:/ })).toBeVisible()
  await expectHarmless(page)
})
