import { api, expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'

const RULE = `# Nobody restarts on a Friday.
package qlrf.organisation.friday

deny contains {"reason": "the plan is called Friday", "remedy": "call it Monday"} if contains(input.plan.title, "Friday")
`
const TEST = `package qlrf.organisation.friday_test

import data.qlrf.organisation.friday

test_friday if count(friday.deny) == 1 with input as {"plan": {"title": "Friday"}}
`
const FREEZE = [{ name: 'New year', from: '2099-12-20T00:00:00Z', until: '2100-01-04T00:00:00Z', uses: ['production'] }]
const save = (modules: Record<string, string>, freezes: object[] = []) => api('/api/v1/policies/bundle', { modules, freezes }, 'PUT')
const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
const spec = (title: string) => JSON.stringify({
  apiVersion: 'ql-rf.io/v1', kind: 'ExecutionSpec', metadata: { title },
  spec: { targets: { query: 'platform:edge' }, steps: [{ id: 'wipe', act: { ssh: { command: ['rm', '-rf', '/var/cache'], timeout_seconds: 60 } }, irreversible: true }] },
})
const plan = async (title: string) => (await (await api('/api/v1/plans', spec(title), 'POST')).json()) as { id: string }

test.afterEach(async () => { await save({}) })

test('rules are uploaded, refused with their place, corrected, and then hold', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/policies/bundle')
  await strictPolicy(page)
  await page.goto('/policies')
  const rules = page.getByRole('table', { name: 'Rules', exact: true })
  await expect(rules.getByRole('row', { name: /^freeze/ })).toContainText('shipped')
  await rules.getByRole('button', { name: 'freeze' }).click()
  await expect(page.getByRole('dialog', { name: 'freeze' })).toContainText('package qlrf.baseline.freeze')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Change own rules' }).click()
  const sheet = page.getByRole('dialog', { name: "The organisation's rules" })
  await sheet.getByLabel('Add files').setInputFiles([file('friday.sh', 'exit')])
  await expect(sheet.getByRole('alert')).toContainText('friday.sh is neither a .rego file')
  await sheet.getByLabel('Add files').setInputFiles([file('friday.rego', RULE), file('friday_test.rego', TEST.replace('== 1', '== 2')), file('freezes.json', JSON.stringify(FREEZE))])
  await sheet.getByRole('button', { name: 'Save the rules' }).click()
  const mistakes = sheet.getByRole('list', { name: 'Mistakes' })
  await expect(mistakes).toContainText('`test_friday` is not true')
  await expect(mistakes).toContainText('line 5, column 1 friday_test.rego')
  await expectAccessible(page)
  await sheet.getByLabel('File', { exact: true }).selectOption('friday_test.rego')
  await sheet.getByLabel('Text of friday_test.rego').fill(TEST)
  await sheet.getByRole('button', { name: 'Save the rules' }).click()
  await expect(sheet).toBeHidden()
  await expect(rules.getByRole('row', { name: /^friday/ })).toContainText('organisation')
  await expect(page.getByRole('list', { name: 'Freezes' })).toContainText('New year')
  await expectAccessible(page)
})

test('what somebody else saved meanwhile is not written over', async ({ page, expectAnswer }) => {
  expectAnswer(412, '/policies/bundle')
  await page.goto('/policies')
  await page.getByRole('button', { name: 'Change own rules' }).click()
  const sheet = page.getByRole('dialog', { name: "The organisation's rules" })
  await save({ 'friday.rego': RULE, 'friday_test.rego': TEST })
  await sheet.getByLabel('Add files').setInputFiles([file('freezes.json', JSON.stringify(FREEZE))])
  await sheet.getByRole('button', { name: 'Save the rules' }).click()
  await expect(sheet.getByRole('alert')).toContainText('changed since you read')
})

test('a plan shows what the rules say of it, and that is written down', async ({ page }) => {
  await save({ 'friday.rego': RULE, 'friday_test.rego': TEST })
  const { id } = await plan('Wipe on Friday')
  await page.goto(`/plans/${id}`)
  await page.getByRole('tab', { name: /^Policy: denied by/ }).click()
  const denials = page.getByRole('list', { name: 'Denials' })
  await expect(denials.getByRole('listitem').filter({ hasText: 'friday' })).toContainText('Remedy: call it Monday')
  await expect(denials.getByRole('listitem').filter({ hasText: 'friday' })).toContainText('organisation')
  await expect(denials.getByRole('listitem').filter({ hasText: 'irreversible' })).toContainText('"wipe" cannot be taken back')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Write the verdict down' }).click()
  await page.getByRole('link', { name: 'What was decided of it' }).click()
  const decisions = page.getByRole('grid', { name: 'Decisions' })
  await expect(decisions.getByRole('row')).toHaveCount(3)
  await expect(decisions.getByRole('row').nth(1)).toContainText('somebody asked')
  await expect(decisions.getByRole('row').nth(2)).toContainText('the plan was made')
  await decisions.getByRole('row').nth(1).click()
  await page.keyboard.press('Space')
  await expect(page.getByRole('dialog', { name: 'Wipe on Friday' })).toContainText('call it Monday')
  await expectAccessible(page)
  await page.getByLabel('Verdict').selectOption('allowed')
  await expect(page.getByText('No decision fits the filter')).toBeVisible()
})

test('the page is reached and read by keyboard alone', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('y')
  await expect(page.getByRole('heading', { name: 'Policies', level: 1 })).toBeFocused()
  const tab = page.getByRole('tab', { name: 'Rules' })
  for (let presses = 0; presses < 10 && !(await tab.evaluate((element) => element === document.activeElement)); presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Decisions' })).toHaveAttribute('aria-selected', 'true')
})

test('everything fits a phone, whatever a rule is called', async ({ page }) => {
  const long = `f${'x'.repeat(80)}`
  await save({ [`${long}.rego`]: RULE.replaceAll('friday', long).replace('the plan is called Friday', 'y'.repeat(600)), [`${long}_test.rego`]: TEST.replaceAll('organisation.friday', `organisation.${long}`).replace('friday.deny', `${long}.deny`) }, [{ ...FREEZE[0], name: 'z'.repeat(100) }])
  const { id } = await plan('Wipe on Friday')
  for (const to of ['/policies', '/policies?tab=decisions', `/plans/${id}?tab=policy`]) {
    await page.goto(to)
    await expect(page.getByText(to.startsWith('/plans') ? /^Remedy/ : to.includes('tab') ? 'Wipe on Friday' : long).first()).toBeVisible()
    await expectAccessible(page)
    await expectFitsPhone(page)
  }
})
