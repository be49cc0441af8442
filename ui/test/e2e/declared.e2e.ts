import { api, expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'
import { leave, personOf } from './harness/person'

const SITES = '/api/v1/sites'
const ODD = 'Basel, hall "A"'
const OURS = ['hall-a', 'hall-b', 'ams1', 'fra1', ODD]
const at = (name: string) => `${SITES}/${encodeURIComponent(name)}`
const declare = (name: string) => api(SITES, { name, kind: 'datacentre' })

/** The estate is shared: what is declared here is taken back. */
test.afterEach(async () => {
  const { sites } = (await (await api(SITES)).json()) as { sites: { site: string | null; declared: object | null }[] }
  for (const { site, declared } of sites) if (site && declared && OURS.includes(site)) await api(at(site), undefined, 'DELETE')
  for (const [noun, name] of [['environments', 'prod'], ['environments', 'sandbox'], ['projects', 'commerce']]) await api(`/api/v1/${noun}/${name}`, undefined, 'DELETE').catch(() => undefined)
})

test('a word that assets carry is declared, paired, edited and deleted, and no asset moves', async ({ page }) => {
  await strictPolicy(page)
  const before = (await (await api('/api/v1/assets?limit=1&q=site:ams1')).json()) as { total: number }
  await page.goto('/sites?tab=list')
  const row = (name: string) => page.getByRole('table', { name: 'All sites' }).getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) })
  await expect(row('ams1')).toContainText('undeclared')
  for (const name of ['ams1', 'fra1']) {
    await page.getByRole('button', { name: `Declare ${name}` }).click()
    const form = page.getByRole('dialog', { name: `Declare ${name}` })
    await expect(form.getByLabel('Name')).toHaveValue(name)
    await form.getByLabel('Kind').selectOption('datacentre')
    await form.getByLabel('Time zone').fill('Europe/Amsterdam')
    await form.getByRole('button', { name: 'Declare' }).click()
    await expect(row(name)).toContainText('Datacentre')
  }
  await page.getByRole('button', { name: 'Pair ams1' }).click()
  const pair = page.getByRole('dialog', { name: 'Pair ams1' })
  await pair.getByLabel('With').selectOption('fra1')
  await pair.getByLabel(/When all is well/).selectOption('secondary')
  await expectAccessible(page)
  await pair.getByRole('button', { name: 'Pair' }).click()
  await expect(row('ams1')).toContainText('secondary of fra1')
  await expect(row('fra1')).toContainText('primary of ams1')
  await page.getByRole('button', { name: 'Edit ams1' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit ams1' })
  await edit.getByLabel('Name').fill('amsterdam')
  await expect(edit.getByText('keep it: the word is undeclared from then on')).toBeVisible()
  await edit.getByLabel('Name').fill('ams1')
  await edit.getByLabel('Title').fill('Science Park')
  await edit.getByRole('button', { name: 'Save' }).click()
  await expect(row('ams1')).toContainText('Science Park')
  await row('ams1').getByRole('link', { name: 'ams1', exact: true }).click()
  await expect(page.getByText('secondary of')).toBeVisible()
  await page.getByRole('button', { name: 'Delete ams1' }).click()
  const deletion = page.getByRole('dialog', { name: 'Delete the site' })
  await expect(deletion).toContainText('Its pair with fra1 ends')
  await deletion.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('button', { name: 'Declare ams1' })).toBeVisible()
  expect(await (await api('/api/v1/assets?limit=1&q=site:ams1')).json()).toMatchObject({ total: before.total })
})

test('a name with comma and quotation marks is declared from the palette, and its link asks for just it', async ({ page }) => {
  await page.goto('/feeds')
  await expect(page.getByRole('heading', { name: 'Feeds', level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Declare a site')
  await page.getByRole('option', { name: /^Declare a site/ }).click()
  const form = page.getByRole('dialog', { name: 'Declare a site' })
  await form.getByLabel('Name').fill(ODD)
  await form.getByRole('button', { name: 'Declare' }).click()
  await expect(form).toHaveCount(0)
  await page.goto('/sites?tab=list')
  await expect(page.getByRole('table', { name: 'All sites' }).getByRole('rowheader', { name: ODD })).toBeVisible()
  await page.goto(`/fleet?q=${encodeURIComponent('site:"Basel, hall \\"A\\""')}`)
  await expect(page.getByText(/^0 assets/).first()).toBeVisible()
})

test('environments and projects are declared beside sites, and the scope knows them', async ({ page }) => {
  await page.goto('/sites?tab=environments')
  const grid = page.getByRole('grid', { name: 'Environments' })
  await grid.getByRole('button', { name: 'Declare prod' }).click()
  await page.getByRole('dialog').getByLabel('Kind').selectOption('production')
  await page.getByRole('dialog').getByRole('button', { name: 'Declare' }).click()
  await expect(grid.getByRole('row').filter({ hasText: 'prod' }).first()).toContainText('Production')
  await page.getByRole('button', { name: 'Declare an environment' }).click()
  const form = page.getByRole('dialog', { name: 'Declare an environment' })
  await expect(form.getByRole('button', { name: 'Declare' })).toHaveAttribute('aria-disabled', 'true')
  await form.getByLabel('Name').fill('sandbox')
  await form.getByRole('button', { name: 'Declare' }).click()
  await expect(grid.getByRole('row').filter({ hasText: 'sandbox' })).toContainText('0')
  await page.getByRole('tab', { name: 'Projects' }).click()
  await page.getByRole('button', { name: 'Declare commerce' }).click()
  await page.getByRole('dialog').getByLabel('Owner').fill('payments')
  await page.getByRole('dialog').getByRole('button', { name: 'Declare' }).click()
  await expect(page.getByRole('grid', { name: 'Projects' })).toContainText('of payments')
  await page.getByRole('button', { name: /^Scope:/ }).click()
  await expect(page.getByLabel('Environment').getByRole('option', { name: 'sandbox (0)' })).toBeAttached()
})

test('what somebody else changed meanwhile is not overwritten, and what is refused stands at its field', async ({ page, expectAnswer }) => {
  expectAnswer(412, '/sites/hall-a')
  expectAnswer(400, SITES)
  await declare('hall-a')
  await page.goto('/sites?tab=list')
  await page.getByRole('button', { name: 'Edit hall-a' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit hall-a' })
  await edit.getByLabel('Title').fill('mine')
  await api(at('hall-a'), { name: 'hall-a', kind: 'edge', title: 'theirs' }, 'PUT')
  await edit.getByRole('button', { name: 'Save' }).click()
  await expect(edit.getByRole('alert')).toContainText('It was changed since you read')
  await edit.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('table', { name: 'All sites' })).toContainText('theirs')
  await page.getByRole('button', { name: 'Declare a site' }).click()
  const form = page.getByRole('dialog', { name: 'Declare a site' })
  await form.getByLabel('Name').fill('hall-b')
  await form.getByLabel('Time zone').fill('Mars/Olympus')
  await form.getByRole('button', { name: 'Declare' }).click()
  await expect(form.getByText('the time zone is none of the IANA database', { exact: true })).toBeVisible()
  await expectAccessible(page)
})

test('whoever may only read sees why, and so does whoever looks at the past', async ({ page, browser }) => {
  const reader = await personOf(browser, 'viewer')
  await reader.page.goto('/sites?tab=list')
  const button = reader.page.getByRole('button', { name: 'Declare a site' })
  await button.focus()
  await expect(reader.page.getByRole('tooltip')).toContainText('does not have the permission estate:write')
  await leave(reader.page, reader.id)
  await page.goto(`/sites?tab=projects&as_of=${new Date().toISOString()}`)
  await page.getByRole('button', { name: 'Declare a project' }).focus()
  await expect(page.getByRole('tooltip')).toContainText('You are looking at the past')
})

test('accessible, needs no weaker policy, and fits a phone', async ({ page }) => {
  await strictPolicy(page)
  await declare('hall-a')
  await declare('hall-b')
  await api(`${at('hall-a')}/pair`, { with: 'hall-b', role: 'primary' }, 'PUT')
  for (const address of ['/sites?tab=list', '/sites?tab=environments', '/sites?tab=projects', '/sites/hall-a']) {
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(address)
    await expect(page.getByText(/hall-b|unknown|undeclared/).first()).toBeVisible()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
