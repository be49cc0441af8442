import { api, expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'

interface Listed { total: number }
const RULES = '/api/v1/mapping-rules'
const total = async (q: string) => ((await (await api(`/api/v1/assets?limit=1&q=${encodeURIComponent(q)}`)).json()) as Listed).total
const EMPTY = JSON.stringify({ apiVersion: 'ql-rf.io/v1', kind: 'MappingRules', rules: [] })

/** The estate is shared: what is mapped here is taken back. */
test.afterEach(async () => {
  await api(RULES, EMPTY, 'PUT')
  await expect.poll(async () => ((await (await api(RULES)).json()) as { applied: boolean }).applied, { timeout: 60_000 }).toBe(true)
})

test('a rule is made, previewed, saved and applied, and its assets say who set what', async ({ page }) => {
  await strictPolicy(page)
  const edge = await total('platform:edge')
  await page.goto('/mapping')
  await expect(page.getByRole('heading', { name: 'Mapping rules', level: 1 })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Preview changes' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  const form = page.getByRole('dialog', { name: 'New rule' })
  await form.getByLabel('Name of the rule').fill('edge belongs to the field')
  await form.getByLabel('edge', { exact: true }).check()
  await form.getByRole('combobox', { name: 'Condition 1 is about' }).selectOption('name')
  await form.getByRole('textbox', { name: 'Text of condition 1' }).fill('*')
  await form.getByRole('combobox', { name: 'Field 1' }).selectOption('owner')
  await form.getByRole('textbox', { name: 'Value of owner' }).fill('field-team')
  await expectAccessible(page)
  await form.getByRole('button', { name: 'Take it into the draft' }).click()
  await expect(page.getByText('changed, not saved')).toBeVisible()
  expect(await total('owner:field-team')).toBe(0)
  await page.getByRole('button', { name: 'Preview changes' }).click()
  const preview = page.getByRole('dialog', { name: 'What would change' })
  await expect(preview.getByText(new RegExp(`^${edge} of .* assets change`))).toBeVisible()
  await expect(preview.getByRole('row', { name: /^owner/ })).toContainText(String(edge))
  await expect(preview.getByRole('list', { name: 'Assets that change' }).getByRole('listitem').first()).toContainText('field-team by edge belongs to the field')
  await expectAccessible(page)
  await preview.getByRole('button', { name: 'Save the rules' }).click()
  await expect(preview).toBeHidden()
  await expect(page.getByRole('table', { name: 'Mapping rules' })).toContainText('platform edge · name *')
  await expect.poll(() => total('owner:field-team'), { timeout: 60_000 }).toBe(edge)
  const { items } = (await (await api('/api/v1/assets?limit=1&q=owner:field-team')).json()) as { items: { id: string }[] }
  await page.goto(`/fleet/${items[0]?.id}?tab=facts`)
  await expect(page.getByRole('table', { name: 'Set by mapping rules' })).toContainText('by the rule edge belongs to the field; the connector said')
})

test('what is unmapped is counted, and leads to just those assets', async ({ page }) => {
  const unknown = await total('site:unknown')
  await page.goto('/mapping')
  const list = page.getByRole('list', { name: 'Unmapped assets by field' })
  if (unknown === 0) await expect(list).toContainText('site known everywhere')
  const field = list.getByRole('link').first()
  const told = (await field.textContent()) ?? ''
  await field.click()
  await expect(page).toHaveURL(/q=\w+:unknown/)
  await expect(page.getByText(new RegExp(`^${/unknown on ([\d\s,.]+) of/.exec(told)?.[1]?.trim()} `)).first()).toBeVisible()
})

test('a failing example keeps rules from being saved, and says what came out', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/mapping-rules/preview')
  await page.goto('/mapping')
  await page.getByRole('button', { name: 'Edit as a document' }).click()
  const rules = "apiVersion: ql-rf.io/v1\nkind: MappingRules\nrules:\n  - name: tag\n    when: {labels: {Stage: '*'}}\n    set: {env: '${label:Stage}'}\nexamples:\n  - name: a stage\n    given: {platform: aws, labels: {Stage: prod}}\n"
  await page.getByRole('dialog').getByRole('textbox').fill(`${rules}    expect: {env: dev}\n`)
  await page.getByRole('dialog').getByRole('button', { name: 'Preview changes' }).click()
  const preview = page.getByRole('dialog', { name: 'What would change' })
  await expect(preview.getByRole('list', { name: 'Mistakes' })).toContainText('env should be "dev" and is "prod", from the rule "tag"')
  await expect(preview.getByRole('button', { name: 'Save the rules' })).toHaveAttribute('aria-disabled', 'true')
  await preview.getByRole('button', { name: 'Go on editing' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill(`# kept with our code\n${rules}    expect: {env: prod}\n`)
  await page.getByRole('dialog').getByRole('button', { name: 'Preview changes' }).click()
  await preview.getByRole('button', { name: 'Save the rules' }).click()
  await expect(page.getByRole('list', { name: 'Examples of the rules' })).toContainText('env = prod')
  expect(((await (await api(RULES)).json()) as { document: string }).document).toContain('# kept with our code')
})

test('the page fits a phone and is accessible in both themes', async ({ page }) => {
  await api(RULES, JSON.stringify({ apiVersion: 'ql-rf.io/v1', kind: 'MappingRules', rules: [{ name: 'n'.repeat(300), when: { platforms: ['edge'] }, set: { owner: 'x'.repeat(200) } }] }), 'PUT')
  await page.goto('/mapping')
  await expect(page.getByRole('table', { name: 'Mapping rules' })).toBeVisible()
  await expectAccessible(page)
  await expectFitsPhone(page)
})
