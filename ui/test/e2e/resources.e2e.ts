import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'

test('from the rail to one resource and what hangs together with it, by keyboard alone', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await expect(page.getByRole('heading', { name: 'Resources', level: 1 })).toBeFocused()
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('hypervisor')
  await expect(page).toHaveURL(/kind=hypervisor/)
  await expect(page.getByText(/^18 hypervisors/).first()).toBeVisible()
  await page.getByRole('textbox', { name: 'Name or id' }).fill('AMS1-esx-01')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^1 hypervisor( ·|$)/).first()).toBeVisible()
  await page.getByRole('link', { name: 'ams1-esx-01' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'ams1-esx-01', level: 1 })).toBeFocused()
  await expect(page.getByText('simulated', { exact: true }).first()).toBeVisible()
  const related = page.getByRole('table', { name: 'Related' })
  await expect(related.getByRole('row', { name: /member of/ })).toBeVisible()
  await related.getByRole('link', { name: 'ams1-cluster' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'ams1-cluster', level: 1 })).toBeFocused()
  await expect(page.getByRole('table', { name: 'Related' }).getByRole('row', { name: /has the member/ })).toHaveCount(3)
})

test('the counts of the kinds are those of the lists', async ({ page }) => {
  await page.goto('/resources')
  const options = page.getByRole('combobox', { name: 'Kind' }).getByRole('option')
  await expect(options).toHaveText(['Any kind', /certificates: 60/, /clusters: 6/, /hypervisors: 18/])
  await expect(page.getByText(/^84 resources/).first()).toBeVisible()
})

test('what is not there says so, and what to do', async ({ page, expectAnswer }) => {
  expectAnswer(404, /\/resources\/00000000/)
  await page.goto('/resources?q=nothing+has+this+name')
  await expect(page.getByText('No resource fits')).toBeVisible()
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(page.getByText(/^84 resources/).first()).toBeVisible()
  await page.goto('/resources/00000000-0000-0000-0000-000000000000')
  await expect(page.getByText('Not known at this moment')).toBeVisible()
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await strictPolicy(page)
  await page.goto('/resources?kind=certificate&q=payments.ams1')
  await page.getByRole('link', { name: /payments.ams1/ }).first().click()
  await expect(page.getByRole('heading', { name: /payments/, level: 1 })).toBeVisible()
  const one = new URL(page.url()).pathname
  for (const address of ['/resources', one]) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(address)
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
