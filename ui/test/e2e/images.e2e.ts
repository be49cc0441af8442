import { api, expect, expectAccessible, expectFitsPhone, strictPolicy, test } from './harness'
import { contract } from './harness/contract'

interface Matrix { rows: { family: string; version: string; superseded_at?: string; cells: { value?: string; assets: number }[] }[] }
const matrixOf = async (by: string) => (await (await api(`/api/v1/images/matrix?by=${by}`)).json()) as Matrix

test('families lead to versions, with their denominators', async ({ page }) => {
  await page.goto('/images')
  const grid = page.getByRole('grid', { name: 'Image families' })
  await expect(grid.getByRole('row', { name: /alma-app/ })).toContainText(/\d+ % ?\d+ of \d+/)
  await grid.getByRole('link', { name: 'alma-app' }).click()
  await expect(page.getByRole('heading', { name: 'alma-app', level: 1 })).toBeFocused()
  await expect(page).toHaveTitle(/alma-app/)
  await page.getByRole('region', { name: 'Versions of alma-app' }).getByRole('rowheader').getByRole('link').first().click()
  await expect(page.getByRole('heading', { name: 'Coordinates' })).toBeVisible()
  await expect(page.getByText('newest').first()).toBeVisible()
})

test('a cell of the matrix opens exactly its assets', async ({ page }) => {
  const row = (await matrixOf('site')).rows.find((each) => each.family === 'alma-app' && each.cells.some((cell) => cell.assets > 1))
  const cell = row?.cells.find((each) => each.assets > 1)
  if (!row || !cell) throw new Error('the estate has no such cell')
  await page.goto('/images?view=matrix&family=alma-app')
  const table = page.getByRole('table', { name: /Image versions by site/ })
  const link = table.getByRole('row', { name: new RegExp(row.version) }).getByRole('link', { name: new RegExp(`^${cell.assets} of \\d+ assets that run it`) }).first()
  await link.hover()
  await expect(page.getByText(/where site is/)).toContainText(`alma-app:${row.version}`)
  await link.click()
  await expect(page).toHaveURL(/\/fleet\?q=image:alma-app:.*site:/)
  await expect(page.getByText(new RegExp(`^${cell.assets} assets`)).first()).toBeVisible()
})

test('the matrix by keyboard alone: columns, cell, explanation, way in', async ({ page }) => {
  await page.goto('/images?view=matrix&by=env&family=alma-app')
  const table = page.getByRole('table', { name: /Image versions by env/ })
  await expect(table).toBeVisible()
  await page.getByRole('region', { name: 'Image versions by place' }).focus()
  for (let presses = 0; presses < 12 && !(await page.getByText(/where env is/).isVisible()); presses++) await page.keyboard.press('Tab')
  await expect(page.getByText(/where env is/)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeFocused()
})

test('a contract: mistakes have their place, then it is registered and promoted', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/images/validate')
  await page.goto('/images?view=register')
  const box = page.getByRole('textbox', { name: /Contract/ })
  await expect(page.getByRole('button', { name: 'Check' })).toHaveAttribute('aria-disabled', 'true')
  await box.fill(contract('e2e-web', '1.0', '  colour: red\n'))
  await page.getByRole('button', { name: 'Check' }).click()
  await expect(page.getByRole('heading', { name: '1 mistake' })).toBeVisible()
  await page.getByRole('button', { name: /^line 13, column/ }).click()
  await expect(box).toBeFocused()
  expect(await box.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))).toBe('colour: red')
  await box.fill(contract('e2e-web', '1.0'))
  await expect(page.getByRole('button', { name: /^Register e2e/ })).toBeHidden()
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByRole('button', { name: 'Register e2e-web:1.0' }).click()
  await expect(page.getByRole('heading', { name: 'e2e-web:1.0', level: 1 })).toBeVisible()
  await page.getByRole('tab', { name: 'Contract' }).click()
  await expect(page.getByRole('list', { name: 'Contract of e2e-web:1.0' })).toContainText('family: e2e-web')
  await page.getByRole('button', { name: 'Promote to testing' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Promote to testing' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByText('testing', { exact: true }).first()).toBeVisible()
})

test('to revoke, one says why and types the name, and sees what it hits', async ({ page }) => {
  await api('/api/v1/images/e2e-revoked:1.0', contract('e2e-revoked', '1.0'))
  await page.goto('/images/e2e-revoked/1.0')
  await page.getByRole('button', { name: 'Change status' }).click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  const dialog = page.getByRole('dialog', { name: /Revoke e2e-revoked:1\.0/ })
  await expect(dialog).toContainText('No asset runs it')
  const button = dialog.getByRole('button', { name: 'Revoke' })
  await dialog.getByLabel(/^Why nobody/).fill('built from <b>a</b> wrong base')
  await dialog.getByLabel(/^Type e2e-revoked:1\.0/).fill('e2e-revoked')
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel(/^Type e2e-revoked:1\.0/).fill('e2e-revoked:1.0')
  await button.click()
  await expect(page.getByRole('note')).toContainText('built from <b>a</b> wrong base')
  await expect(page.getByRole('button', { name: 'Promote to testing' })).toBeHidden()
})

test('a link rule is previewed before it is saved, and can be taken back', async ({ page }) => {
  await page.goto('/images?view=rules')
  await page.getByRole('button', { name: 'New rule' }).click()
  const sheet = page.getByRole('dialog', { name: 'New link rule' })
  await sheet.getByLabel('Name of the rule').fill('e2e rule')
  await sheet.getByLabel('Should run the family').fill('alma-db')
  await sheet.getByLabel('Name of the asset').fill('no-such-asset-*')
  await expect(sheet.getByRole('button', { name: 'Save the rule' })).toHaveAttribute('aria-disabled', 'true')
  await sheet.getByRole('button', { name: 'Preview' }).click()
  await expect(sheet.getByText(/It fits 0 of 601 assets/)).toBeVisible({ timeout: 20_000 })
  await sheet.getByRole('button', { name: 'Save the rule' }).click()
  const grid = page.getByRole('grid', { name: 'Link rules' })
  await expect(grid.getByRole('row', { name: /e2e rule/ })).toContainText('name no-such-asset-*')
  await grid.getByRole('button', { name: 'Remove the rule e2e rule' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('No link rule')).toBeVisible()
})

test('nothing in it needs a weaker policy, the graph included', async ({ page }) => {
  await strictPolicy(page)
  await page.goto('/images/alma-app')
  await expect(page.getByRole('group', { name: /Lineage of alma-app/ }).getByRole('link').first()).toBeVisible()
})

for (const address of ['/images', '/images?view=matrix', '/images?view=rules', '/images?view=register', '/images/alma-app', '/images/alma-db?tab=matrix']) {
  test(`accessible, and fits a phone: ${address}`, async ({ page }) => {
    await page.goto(address)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
  })
}

for (const tab of ['', '?tab=deployments', '?tab=contract', '?tab=vulnerabilities', '?tab=lineage']) {
  test(`a version is accessible, and fits a phone: ${tab || 'facts'}`, async ({ page }) => {
    const version = (await matrixOf('site')).rows.find((each) => each.family === 'alma-app')?.version
    await page.goto(`/images/alma-app/${version}${tab}`)
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    await expectAccessible(page)
    await expectFitsPhone(page)
  })
}

const sbom = (...packages: string[]) => JSON.stringify({
  bomFormat: 'CycloneDX', specVersion: '1.6', version: 1,
  components: packages.map((purl) => ({ type: 'library', name: 'any', version: '1', purl })),
})
const file = (name: string, text: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) })

test('a bill of materials: what is wrong with it is said, then it is attached, and can be saved again', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/sbom')
  await api('/api/v1/images/e2e-sbom:1.0', contract('e2e-sbom', '1.0'))
  await page.goto('/images/e2e-sbom/1.0')
  await page.getByRole('button', { name: 'Attach' }).click()
  const dialog = page.getByRole('dialog', { name: 'Bill of materials of e2e-sbom:1.0' })
  const attach = dialog.getByRole('button', { name: 'Attach' })
  await expect(attach).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel(/^SPDX 2/).setInputFiles(file('broken.json', '{"bomFormat": "Cyclone'))
  await attach.click()
  await expect(dialog.getByRole('alert')).toContainText('sbom_malformed')
  await dialog.getByLabel(/^SPDX 2/).setInputFiles(file('empty.json', sbom()))
  await expect(dialog.getByRole('alert')).toBeHidden()
  await attach.click()
  await expect(dialog.getByRole('alert')).toContainText('sbom_empty')
  await dialog.getByLabel(/^SPDX 2/).setInputFiles(file('good.json', sbom('pkg:deb/debian/bash@5.2.15-2?arch=amd64&distro=debian-12', 'not a purl')))
  await attach.click()
  await expect(dialog.getByRole('status')).toContainText('1 package attached, 1 entry not readable')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByText('attached', { exact: true })).toBeVisible()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'SBOM', exact: true }).click()
  await page.getByRole('menuitem', { name: 'SPDX' }).click()
  expect((await saved).suggestedFilename()).toBe('e2e-sbom-1.0.spdx.json')
  await page.getByRole('button', { name: 'Replace' }).click()
  await expect(dialog).toContainText('It takes the place of the one that is attached')
})

test('a coordinate is added once, and told so the second time', async ({ page }) => {
  await api('/api/v1/images/e2e-place:1.0', contract('e2e-place', '1.0'))
  await page.goto('/images/e2e-place/1.0')
  await page.getByRole('button', { name: 'Add a coordinate' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a coordinate' })
  const add = dialog.getByRole('button', { name: 'Add' })
  await dialog.getByLabel('Platform').selectOption('aws')
  await dialog.getByLabel('Region').fill('eu-central-1')
  await dialog.getByLabel('Reference').fill('ami-<b>1</b>')
  await add.click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('row', { name: /aws eu-central-1/ })).toContainText('ami-<b>1</b>')
  await expect(page.getByText('2 places where it can be started from')).toBeVisible()
  await page.getByRole('button', { name: 'Add a coordinate' }).click()
  await dialog.getByLabel('Platform').selectOption('aws')
  await dialog.getByLabel('Region').fill('eu-central-1')
  await dialog.getByLabel('Reference').fill('ami-<b>1</b>')
  await expect(add).toHaveAttribute('aria-disabled', 'true')
  await expectAccessible(page)
})

test('a coordinate that was a mistake is taken away', async ({ page }) => {
  await api('/api/v1/images/e2e-gone:1.0', contract('e2e-gone', '1.0'))
  await api('/api/v1/images/e2e-gone:1.0/coordinates', { coordinates: [{ platform: 'aws', region: 'eu-west-1', reference: 'ami-<i>wrong</i>' }] })
  await page.goto('/images/e2e-gone/1.0')
  const row = page.getByRole('row', { name: /aws eu-west-1/ })
  await row.getByRole('button', { name: 'Remove ami-<i>wrong</i> on aws' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove a coordinate' })
  await expect(dialog).toContainText('ami-<i>wrong</i> on aws, eu-west-1')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(row).toBeVisible()
  await row.getByRole('button', { name: 'Remove ami-<i>wrong</i> on aws' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await expect(dialog).toBeHidden()
  await expect(row).toBeHidden()
  await expect(page.getByText('1 place where it can be started from')).toBeVisible()
  const left = (await (await api('/api/v1/images/e2e-gone:1.0/coordinates')).json()) as { items: object[] }
  expect(left.items).toHaveLength(1)
})

test('where a version runs says how much of it is not known', async ({ page }) => {
  const summary = async (version: string) => (await (await api(`/api/v1/drift/summary?q=${encodeURIComponent(`image:alma-app:${version}`)}`)).json()) as { by_env: { value: string | null; total: number; current: number; unknown: number }[] }
  const version = (await matrixOf('site')).rows.find((each) => each.family === 'alma-app' && each.cells.some((cell) => cell.assets > 0))?.version ?? ''
  const { by_env } = await summary(version)
  await page.goto(`/images/alma-app/${version}`)
  for (const each of by_env) {
    const row = page.getByRole('table', { name: 'Where it runs' }).getByRole('row', { name: new RegExp(`^${each.value ?? 'unknown'} `) })
    await expect(row).toContainText(`${each.current} of ${each.total}`)
    await expect(row).toContainText(each.unknown > 0 ? `${each.unknown}` : 'none')
  }
})

test('the assets that run a version are as many as it says, and open', async ({ page }) => {
  const row = (await matrixOf('site')).rows.find((each) => each.family === 'alma-app' && each.cells.some((cell) => cell.assets > 0))
  const { total, items } = (await (await api(`/api/v1/images/alma-app:${row?.version}/deployments`)).json()) as { total: number; items: { name: string }[] }
  await page.goto(`/images/alma-app/${row?.version}?tab=deployments`)
  await expect(page.getByRole('tab', { name: `Assets ${total}` })).toHaveAttribute('aria-selected', 'true')
  const grid = page.getByRole('grid', { name: 'Assets that run it' })
  await grid.getByText(items[0]?.name ?? '').first().click()
  await expect(page).toHaveURL(/\/fleet\/[0-9a-f-]{36}/)
})
