import { expect, expectAccessible, expectFitsPhone, rowCount, strictPolicy, test, world } from './harness'
import { ADVISORIES, CVE, EXPLOITED, importAdvisories } from './harness/feeds'

test.beforeAll(async () => importAdvisories(world()))

test('a feed is imported by upload, and says what it brought', async ({ page, expectAnswer }) => {
  expectAnswer(400, '/feeds/osv/import')
  await page.goto('/feeds')
  await page.getByRole('button', { name: 'Import OSV advisories' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import OSV advisories' })
  const send = dialog.getByRole('button', { name: 'Import', exact: true })
  await expect(send).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByLabel('File').setInputFiles({ name: 'nothing.zip', mimeType: 'application/zip', buffer: Buffer.from('PK nonsense') })
  await send.click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await dialog.getByLabel('File').setInputFiles({ name: 'upload.jsonl', mimeType: 'application/json', buffer: Buffer.from(ADVISORIES) })
  await send.click()
  await expect(dialog.getByRole('status')).toContainText('Imported')
  await expect(dialog.getByRole('status')).toContainText('Records2')
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  const source = page.getByRole('region', { name: 'Sources of OSV advisories' }).getByRole('row', { name: /upload.jsonl/ })
  await expect(source).toContainText('imported')
  await page.getByRole('button', { name: 'Runs of OSV advisories' }).click()
  const runs = page.getByRole('dialog', { name: 'Runs of OSV advisories' })
  await expect(runs.getByRole('listitem').filter({ hasText: 'upload.jsonl' })).toContainText(/\d+ matches opened, \d+ closed/)
  await expect(runs.getByRole('listitem').filter({ hasText: 'nothing.zip' })).toContainText('failed')
  await expectAccessible(page)
})

test('feeds: accessible, and fits a phone', async ({ page }) => {
  await page.goto('/feeds')
  await expect(page.getByRole('region', { name: 'Sources of OSV advisories' })).toBeVisible()
  await expectAccessible(page)
  await expectFitsPhone(page)
})

test('the list rests on what was judged, and each count opens exactly its list', async ({ page }) => {
  await page.goto('/vulnerabilities')
  await expect(page.getByText(/of 601 assets judged/)).toBeVisible()
  const grid = page.getByRole('grid', { name: 'Vulnerabilities' })
  await expect(grid.getByRole('row', { name: new RegExp(CVE) })).toBeVisible()
  await page.getByRole('link', { name: /1 known exploited/ }).click()
  await expect(page).toHaveURL(/kev=true/)
  await expect(grid).toHaveAttribute('aria-rowcount', rowCount(1))
  await expect(grid.getByRole('row', { name: new RegExp(EXPLOITED) })).toContainText('exploited')
  await page.getByRole('combobox', { name: 'Fix' }).selectOption('all')
  await expect(page.getByText('No vulnerability fits')).toBeVisible()
  await page.getByRole('button', { name: 'Show every one' }).click()
  await expect(grid.getByRole('row', { name: new RegExp(CVE) })).toBeVisible()
})

test('urgency opens into its parts, and they say what is not known', async ({ page }) => {
  await page.goto('/vulnerabilities')
  await page.getByRole('row', { name: new RegExp(CVE) }).getByRole('button', { name: /Urgency \d+ of 100/ }).click()
  const parts = page.getByRole('table', { name: `Parts of the urgency of ${CVE}` })
  await expect(parts.getByRole('row', { name: /Severity, CVSS/ })).toContainText('9.8 of 10')
  await expect(parts.getByRole('row', { name: /EPSS/ })).toContainText('unknown')
  const points = await parts.getByRole('row').locator('td:last-child').allTextContents()
  const sum = points.reduce((all, text) => all + Number.parseFloat(text), 0)
  const said = await page.getByText(/^Urgency \d+ of 100/).first().textContent()
  expect(Math.abs(sum - Number(/\d+/.exec(said ?? '')?.[0]))).toBeLessThanOrEqual(1)
})

test('the keyboard alone goes from the list to the assets of one', async ({ page }) => {
  await page.goto(`/vulnerabilities?sort=-cvss`)
  await expect(page.getByRole('row', { name: new RegExp(CVE) })).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press(' ')
  await expect(page.getByRole('dialog')).toContainText('Urgency')
  await page.keyboard.press('Escape')
  await page.getByRole('grid', { name: 'Vulnerabilities' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: CVE })).toBeFocused()
  await expect(page).toHaveTitle(`${CVE} · QL-RF`)
  await page.keyboard.press('/')
  await page.keyboard.type('env:prod')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/q=env:prod/)
})

test('the graph and the table hold the same, and a click narrows the page', async ({ page }) => {
  await page.goto(`/vulnerabilities/${CVE}`)
  const graph = page.getByRole('group', { name: /Blast radius as a graph/ })
  const node = graph.getByRole('button', { name: /site · \d+ assets?/ }).first()
  const words = (await node.textContent()) ?? ''
  const [, site = '', assets = ''] = /^(.+?)site · (\d+) asset/.exec(words) ?? []
  // From the second day on a chart has such a button as well.
  await page.locator('section', { has: page.getByRole('heading', { name: 'Blast radius' }) }).getByRole('button', { name: 'Show as table' }).click()
  const table = page.getByRole('region', { name: 'Blast radius as a table' })
  await expect(table.getByRole('row', { name: new RegExp(`site ?${site}.*affected assets ${assets}`) })).toBeVisible()
  await table.getByRole('button', { name: site, exact: true }).first().click()
  await expect(page).toHaveURL(new RegExp(`q=site:${site}`))
  await expect(page.getByText(new RegExp(`^${assets} assets?( ·|$)`)).first()).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Affected assets' })).toHaveAttribute('aria-rowcount', rowCount(assets))
})

test('fixes, and records of the world that cannot reach back', async ({ page }) => {
  await page.goto(`/vulnerabilities/${CVE}?tab=packages`)
  await expect(page.getByRole('region', { name: 'Packages and fixes' })).toContainText('99:0')
  const links = page.getByRole('list', { name: 'Published records' }).getByRole('link')
  for (const link of await links.all()) {
    expect(await link.getAttribute('href')).toMatch(/^https:\/\//)
    expect(await link.getAttribute('rel')).toContain('noopener')
  }
  await expect(links.first()).toBeVisible()
})

test('what an advisory says stays text', async ({ page, expectAnswer }) => {
  expectAnswer(404, /\/CVE-1999-99999/)
  await page.goto(`/vulnerabilities/${EXPLOITED}?tab=advisories`)
  await expect(page.getByRole('region', { name: 'Advisories' })).toContainText('<img src=x onerror=alert(1)>')
  await page.goto('/vulnerabilities/CVE-1999-99999')
  // Parts of the page may be told before the page is.
  await expect(page.getByRole('alert').first()).toContainText('not_found')
})

test('nothing in it needs a weaker policy', async ({ page }) => {
  await strictPolicy(page)
  await page.goto(`/vulnerabilities/${CVE}`)
  await expect(page.getByRole('group', { name: /Blast radius as a graph/ }).getByText('affected assets')).toBeVisible()
})

test('accessible, and fits a phone', async ({ page }) => {
  await page.goto('/vulnerabilities')
  await expect(page.getByRole('row', { name: new RegExp(CVE) })).toBeVisible()
  await expectAccessible(page)
  await expectFitsPhone(page)
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(`/vulnerabilities/${CVE}`)
  await expect(page.getByRole('group', { name: /Blast radius as a graph/ }).getByText('affected assets')).toBeVisible()
  await expectAccessible(page)
  await expectFitsPhone(page)
  await expect(page.getByRole('region', { name: 'Blast radius as a table' })).toBeVisible()
})
