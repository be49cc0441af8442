import { api, expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'

interface Made { id: string; targets: number; digest: string }
const HOSTILE = '<img src=x onerror=alert(1)> \u202egnitrats '
const spec = (title: string, targets: object) => JSON.stringify({
  apiVersion: 'ql-rf.io/v1', kind: 'ExecutionSpec', metadata: { title },
  spec: {
    targets,
    steps: [
      { id: 'agree', approval: { approvers: 2, role: 'engineer', expires_minutes: 240 } },
      { id: 'both', title: 'Restart and look', parallel: [
        { id: 'restart', title: 'Restart nginx', act: { ssh: { command: ['systemctl', 'restart', 'nginx'], timeout_seconds: 60 } }, undo: { ssh: { command: ['systemctl', 'start', 'nginx'], timeout_seconds: 60 } } },
        { id: 'wipe', act: { ssh: { command: ['rm', '-rf', '/var/cache/my site'], timeout_seconds: 60 } }, irreversible: true },
      ] },
    ],
  },
})
const send = async (path: string, body: string) => (await (await api(`/api/v1/plans${path}`, body, 'POST')).json()) as Made
const some = async () => ((await (await api('/api/v1/assets?limit=1&q=platform:edge')).json()) as { items: { id: string; name: string; owner: string | null }[] }).items[0]

test('a plan is made from a document, and shows its steps, targets and risk', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/plans')
  await strictPolicy(page)
  await page.goto('/plans')
  await expect(page.getByRole('heading', { name: 'Plans', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'New plan' }).click()
  const sheet = page.getByRole('dialog', { name: 'New plan' })
  await expect(sheet.getByRole('button', { name: 'Make the plan' })).toHaveAttribute('aria-disabled', 'true')
  const good = spec('Restart the edge', { query: 'platform:edge' })
  await sheet.getByLabel('Execution spec').fill(good.replace('"ssh"', '"shh"'))
  await sheet.getByRole('button', { name: 'Make the plan' }).click()
  await expect(sheet.getByRole('list', { name: 'Mistakes' })).toContainText('"shh" is not known here')
  await expectAccessible(page)
  await sheet.getByLabel('Execution spec').fill(good)
  await sheet.getByRole('button', { name: 'Make the plan' }).click()
  await expect(page.getByRole('heading', { name: 'Restart the edge', level: 1 })).toBeVisible()
  const steps = page.getByRole('list', { name: 'Steps', exact: true })
  await expect(steps).toContainText('2 people with the role engineer or more, within 4 hours')
  const group = page.getByRole('list', { name: 'Steps of Restart and look' })
  await expect(group).toContainText('taken back by ssh: systemctl start nginx')
  await expect(group).toContainText("rm -rf '/var/cache/my site'")
  await expect(group).toContainText('cannot be taken back')
  await expectAccessible(page)
  await page.getByRole('tab', { name: /^Risk/ }).click()
  const risk = page.getByRole('table', { name: 'Risk factor by factor' })
  await expect(risk.getByRole('row')).toHaveCount(9)
  await expect(risk.getByRole('row', { name: /^history/ })).toContainText('unknown:')
  await expectAccessible(page)
  await page.getByRole('tab', { name: /^Targets/ }).click()
  await expect(page.getByRole('grid', { name: 'Frozen targets' }).getByRole('row').nth(1)).toBeVisible()
  await expectAccessible(page)
})

test('a plan whose facts changed says so, and is planned again', async ({ page }) => {
  const asset = await some()
  if (!asset) throw new Error('the estate has no edge asset')
  const rules = (owner?: string) => JSON.stringify({ apiVersion: 'ql-rf.io/v1', kind: 'MappingRules', rules: owner ? [{ name: 'e2e plan', when: { platforms: ['edge'] }, set: { site: owner } }] : [] })
  const applied = () => expect.poll(async () => ((await (await api('/api/v1/mapping-rules')).json()) as { applied: boolean }).applied, { timeout: 60_000 }).toBe(true)
  const made = await send('', spec('Restart one', { assets: [asset.id] }))
  try {
    await page.goto(`/plans/${made.id}`)
    await expect(page.getByRole('heading', { name: 'Restart one', level: 1 })).toBeVisible()
    await expect(page.getByRole('status', { name: 'Stale plan' })).toBeHidden()
    await api('/api/v1/mapping-rules', rules('moved-hall'), 'PUT')
    await applied()
    const stale = page.getByRole('status', { name: 'Stale plan' })
    await expect(stale).toContainText('1 target changed and 0 went away', { timeout: 30_000 })
    await expect(stale).toContainText(asset.name)
    await expectAccessible(page)
    await stale.getByRole('button', { name: 'Plan again' }).click()
    await expect(page).not.toHaveURL(new RegExp(made.id))
    const changes = page.getByRole('table', { name: 'Changes against the plan of before' })
    await expect(changes.getByRole('row', { name: `target ${asset.name}: site` })).toContainText('moved-hall')
    await expectAccessible(page)
    await expectFitsPhone(page)
  } finally {
    await api('/api/v1/mapping-rules', rules(), 'PUT')
    await applied()
  }
})

test('both pages fit a phone, whatever a title says', async ({ page }) => {
  const made = await send('', spec(HOSTILE.repeat(4) + 'x'.repeat(300), { query: 'platform:edge' }))
  await page.goto('/plans')
  await expect(page.getByRole('grid', { name: 'Plans' }).getByRole('row').nth(1)).toBeVisible()
  await expectAccessible(page)
  await expectFitsPhone(page)
  for (const tab of ['', '?tab=risk', '?tab=targets']) {
    await page.goto(`/plans/${made.id}${tab}`)
    await expect(page.getByRole('heading', { name: 'Blast radius' })).toBeVisible()
    await expectFitsPhone(page)
  }
})
