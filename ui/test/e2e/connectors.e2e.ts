import { expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'
import { json, ownEstate, signIn, type Estate } from './harness/estate'

test.use({ storageState: { cookies: [], origins: [] } })
let estate: Estate
test.beforeAll(async () => {
  test.setTimeout(120_000)
  estate = await ownEstate(60)
})
test.afterAll(() => estate?.stop())

test('added by its form, tested, synced, paused and deleted with its assets', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors`)
  await page.getByRole('button', { name: 'Add: Simulated estate' }).click()
  const form = page.getByRole('dialog')
  await expect(form.getByRole('button', { name: 'Add connector' })).toHaveAttribute('aria-disabled', 'true')
  await form.getByLabel('Name (needed)').fill('second')
  await form.getByLabel('assets', { exact: true }).fill('0')
  await form.getByRole('button', { name: 'Add connector' }).click()
  await expect(form.getByRole('alert')).toContainText('is less than 1')
  await form.getByLabel('assets', { exact: true }).fill('20')
  await form.getByLabel('seed', { exact: true }).fill('7')
  await form.getByRole('button', { name: 'Add connector' }).click()
  await expect(page.getByRole('heading', { name: 'second', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByText('It can collect')).toBeVisible()
  await page.getByRole('button', { name: 'Sync now' }).click()
  await expect(page.getByText('20 added')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('region', { name: 'Coverage by scope' }).getByRole('row').nth(1)).toBeVisible()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('paused').first()).toBeVisible()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Delete' }).click()
  const confirm = page.getByRole('dialog', { name: 'Delete second' })
  await expect(confirm).toContainText('20 assets')
  const sure = confirm.getByRole('button', { name: 'Delete connector and its assets' })
  await expect(sure).toHaveAttribute('aria-disabled', 'true')
  await confirm.getByLabel('Type second to confirm').fill('second')
  await sure.click()
  await expect(page.getByRole('heading', { name: 'Connectors' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'second' })).toHaveCount(0)
  expect((await json<{ total: number }>(estate.server, '/api/v1/assets?q=connector:second')).total).toBe(0)
})

test('a changed configuration is kept, and a refused one is explained', async ({ page, expectAnswer }) => {
  expectAnswer(400, /\/connectors\/[0-9a-f-]{36}$/)
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors/${estate.connector}`)
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByLabel('as of', { exact: true }).fill('yesterday')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('connector_config_invalid')
  await page.getByLabel('as of', { exact: true }).fill('')
  await page.getByLabel('Schedule').selectOption('86400')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('complementary', { name: 'Summary' })).toContainText('every day')
})

test('who may not, sees why', async ({ page, expectAnswer }) => {
  expectAnswer(404, '/audit')
  const { id } = await json<{ id: string }>(estate.server, '/api/v1/rbac/members', { login: 'vera', role: 'viewer' })
  const { path } = await json<{ path: string }>(estate.server, `/api/v1/rbac/members/${id}/sign-in-link`, undefined, 'POST')
  await signIn(page, estate, /link=([\w-]+)/.exec(path)?.[1])
  await page.goto(`${estate.url}/connectors/${estate.connector}`)
  for (const name of ['Sync now', 'Test', 'Pause', 'Change', 'Delete']) {
    const button = page.getByRole('button', { name, exact: true })
    await expect(button).toHaveAttribute('aria-disabled', 'true')
  }
  await page.getByRole('button', { name: 'Delete', exact: true }).focus()
  await expect(page.getByRole('tooltip')).toContainText('does not have the permission connector:manage')
  await expect(page.getByRole('navigation', { name: 'Pages' }).first().getByRole('link', { name: 'Audit' })).toHaveCount(0)
  await page.goto(`${estate.url}/audit`)
  await expect(page.getByRole('alert').first()).toContainText('There is nothing here that you may see')
})

test('nothing takes bundles yet, and the button says what is missing', async ({ page }) => {
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors`)
  const button = page.getByRole('button', { name: 'Import a bundle' })
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await button.focus()
  await expect(page.getByRole('tooltip')).toContainText('Add a connector of the kind offline first')
})

test('what an account may do is shown before it is added, and can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signIn(page, estate)
  await page.goto(`${estate.url}/connectors`)
  await page.getByRole('button', { name: 'Add: AWS' }).click()
  const form = page.getByRole('dialog')
  await form.getByText('What its account may do').click()
  await expect(form.getByLabel('Permissions', { exact: true })).toContainText('ec2:DescribeInstances')
  await form.getByRole('button', { name: 'Copy permissions' }).click()
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as { Statement: { Effect: string }[] }
  expect(copied.Statement.map((each) => each.Effect)).toEqual(['Allow'])
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await signIn(page, estate)
  await strictPolicy(page)
  for (const address of ['/connectors', '/connectors?add=local', `/connectors/${estate.connector}`]) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(estate.url + address)
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
    expect(await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth)).toBeLessThanOrEqual(0)
  }
})

test('a collection that goes on is cancelled, and the history says by whom', async ({ page }) => {
  await signIn(page, estate)
  // Large enough that nobody has to hurry.
  const { id } = await json<{ id: string }>(estate.server, '/api/v1/connectors', { kind: 'sim', name: 'slow', config: { assets: 40_000, seed: 9 } })
  await page.goto(`${estate.url}/connectors/${id}`)
  await expect(page.getByRole('button', { name: 'Cancel the collection' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Sync now' }).click()
  await page.getByRole('button', { name: 'Cancel the collection' }).click()
  await expect(page.getByRole('list', { name: 'Collections' }).getByRole('listitem').first()).toContainText(/cancelled.*(stopped by|before it began)/s, { timeout: 60_000 })
  await expect(page.getByRole('button', { name: 'Cancel the collection' })).toHaveCount(0)
  await json(estate.server, `/api/v1/connectors/${id}`, undefined, 'DELETE')
})

test('all that is simulated goes at once, by keyboard alone', async ({ page }) => {
  await signIn(page, estate)
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page.getByRole('heading', { name: 'Connectors' })).toBeFocused()
  await page.getByRole('button', { name: 'Remove what is simulated' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toContainText('60 assets leave')
  await page.getByLabel('Type simulated to confirm').focus()
  await page.keyboard.type('simulated')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect((await json<{ total: number }>(estate.server, '/api/v1/assets')).total).toBe(1)
})
