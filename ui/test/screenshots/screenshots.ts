import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { test, type Browser, type Page } from '@playwright/test'
import UPNG from 'upng-js'
import { signIn, type Estate } from '../e2e/harness/estate'
import { BIN, ENV, startServer, type Running } from '../e2e/harness/server'
import { loadEstate, serveUi } from '../e2e/harness/setup'
import { SHOTS, type Shot, type World } from './shots'

const FOLDER = '../docs/screenshots'
const FEEDS = '../../shared/data/vuln'
const FEED_FILES = [['osv', 'osv-debian12-from-changelogs.jsonl.zst'], ['osv', 'osv-almalinux9.jsonl.zst'], ['kev', 'cisa-kev-2025-08-25.json'], ['epss', 'epss-2026-08-16.csv.zst']] as const
const ASSETS = 2_000
const DESK = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
/** The eye sees no difference, and the file is half as large. */
const COLOURS = 128

test('every picture', async ({ browser }) => {
  const server = await startServer()
  try {
    await forgetThisMachine(server)
    const connector = await loadEstate(server, ASSETS)
    await importFeeds(server)
    await addPeople(server)
    await addRules(server)
    const site = await serveUi(server)
    try {
      await takeAll(browser, { url: site.url, server, connector, stop: server.stop })
    } finally {
      await site.close()
    }
  } finally {
    await server.stop()
  }
})

/** Its name and software belong in no picture. */
async function forgetThisMachine(server: Running) {
  const connectors = await read<{ id: string; simulated: boolean; last_sync?: { outcome: string } | null }[]>(server, '/connectors')
  for (const { id } of connectors.filter((each) => !each.simulated)) {
    const ended = async () => !['queued', 'running', undefined].includes((await read<{ last_sync?: { outcome: string } | null }>(server, `/connectors/${id}`)).last_sync?.outcome)
    while (!(await ended())) await new Promise((next) => setTimeout(next, 200))
    await server.api(`/api/v1/connectors/${id}`, undefined, 'DELETE')
  }
}

async function importFeeds(server: Running) {
  for (const [feed, file] of FEED_FILES) {
    if (existsSync(`${FEEDS}/${file}`)) await promisify(execFile)(BIN, ['--data-dir', server.data, 'feed', 'import', feed, `${FEEDS}/${file}`], { env: ENV })
    else console.log(`without ${feed}: ${FEEDS}/${file} is absent`)
  }
}

async function addPeople(server: Running) {
  await server.api('/api/v1/rbac/members', { login: 'ada@example.org', role: 'engineer' })
  await server.api('/api/v1/rbac/members', { login: 'grace@example.org', role: 'viewer' })
  await server.api('/api/v1/rbac/tokens', { name: 'Grafana', role: 'viewer' })
  await server.api('/api/v1/rbac/tokens', { name: 'Image pipeline', role: 'engineer', expires_in_days: 30 })
}

/** Saved last: what they change is mapped while the first pictures are taken. */
async function addRules(server: Running) {
  const rules = [
    { name: 'gateways at the edge', when: { platforms: ['edge'], name: '*-gateway-*' }, set: { owner: 'field-team' } },
    { name: 'cost tags', when: { platforms: ['aws'], labels: { CostCenter: '*' } }, set: { project: '${label:CostCenter}' } },
    { name: 'clusters by name', when: { platforms: ['kubernetes'], name: { regex: '^(?<site>[a-z]+[0-9])-' } }, set: { site: '${site}' } },
  ]
  const examples = [{ name: 'a cost centre', given: { platform: 'aws', labels: { CostCenter: '4711' } }, expect: { project: '4711' }, unknown: ['owner'] }]
  await server.api('/api/v1/mapping-rules', { apiVersion: 'ql-rf.io/v1', kind: 'MappingRules', rules, examples }, 'PUT')
}

async function takeAll(browser: Browser, estate: Estate) {
  mkdirSync(FOLDER, { recursive: true })
  const world = await worldOf(estate)
  const known = await browser.newContext({ viewport: DESK })
  await signIn(await known.newPage(), estate)
  const storageState = await known.storageState()
  await known.close()
  for (const shot of SHOTS) {
    if (shot.name === 'cve' && !world.vulnerability) continue
    const session = shot.stranger ? undefined : storageState
    const take = async (suffix: string, colorScheme: 'light' | 'dark', phone: boolean) => {
      const context = await browser.newContext({ storageState: session, colorScheme, viewport: phone ? PHONE : DESK, isMobile: phone, hasTouch: phone, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' })
      const page = await context.newPage()
      await page.goto(estate.url + shot.to(world))
      await settle(page, shot)
      writeFileSync(`${FOLDER}/${shot.name}-${suffix}.png`, smaller(await page.screenshot({ animations: 'disabled', caret: 'hide' })))
      await context.close()
    }
    await take('light', 'light', false)
    if (shot.dark) await take('dark', 'dark', false)
    if (shot.phone) await take('phone', 'light', true)
  }
}

/** One of each kind: the newest, or the one with most behind it. */
async function worldOf({ server, connector }: Estate): Promise<World> {
  const first = async <T>(path: string) => (await read<{ items: T[] }>(server, path)).items[0]
  const asset = await first<{ id: string }>('/assets?limit=1&q=drift:outdated&sort=-differences')
  const image = await first<{ family: string; version: string }>('/images?limit=1')
  const vulnerability = await first<{ id: string }>('/vulnerabilities?limit=1')
  const sites = await read<{ value: string | null }[]>(server, '/assets/groups?by=site')
  const site = sites.find((each) => each.value)?.value
  if (!asset || !image || !site) throw new Error('the estate holds nothing to show')
  const plan = await makePlan(server)
  return { asset: asset.id, site, family: image.family, version: image.version, vulnerability: vulnerability?.id, connector, plan }
}

/** A plan as the guide has it. */
async function makePlan(server: Running): Promise<string> {
  const restart = (verb: string) => ({ ssh: { command: ['systemctl', verb, 'nginx'], timeout_seconds: 60 } })
  const http = { method: 'GET', url: 'https://shop.example.com/healthz', expect_status: 200, timeout_seconds: 10 }
  const steps = [
    { id: 'agree', title: 'Two engineers agree', approval: { approvers: 2, role: 'engineer', expires_minutes: 240 } },
    { id: 'restart', title: 'Restart nginx', act: restart('restart'), undo: restart('start') },
    { id: 'look', title: 'Look at each and at the whole', parallel: [
      { id: 'port', title: 'It listens', act: { wait_for_health: { port: 443, interval_seconds: 5, timeout_seconds: 120 } } },
      { id: 'page', title: 'The shop answers', gate: { probe: { http }, samples: 20, failures_max: 1 } },
    ] },
    { id: 'tell', title: 'Tell operations', act: { notify: { channel: 'operations', message: 'The gateways were restarted' } } },
  ]
  const spec = { targets: { query: 'env:prod platform:edge' }, limits: { batch: 2, max_unavailable: 2 }, expected: { minutes: 30 }, steps }
  const made = await server.api('/api/v1/plans', { apiVersion: 'ql-rf.io/v1', kind: 'ExecutionSpec', metadata: { title: 'Restart the gateways' }, spec }, 'POST')
  return ((await made.json()) as { id: string }).id
}

async function settle(page: Page, shot: Shot) {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const waiting = page.locator('.animate-pulse, main [aria-busy=true]')
  await page.waitForLoadState('load')
  await waiting.first().waitFor({ state: 'hidden' })
  if (!shot.stranger) await page.getByText('live', { exact: true }).first().waitFor({ state: 'attached' })
  for (const key of shot.keys ?? []) {
    if (key.includes('+')) await page.keyboard.press(key)
    else await page.keyboard.type(key)
  }
  // What opens on keys asks the server, and every font is there before it is drawn.
  await page.waitForFunction(() => performance.getEntriesByType('resource').every((entry) => (entry as PerformanceResourceTiming).responseStart > 0 || (entry as PerformanceResourceTiming).initiatorType !== 'fetch'))
  await page.evaluate(() => document.fonts.ready)
  await waiting.first().waitFor({ state: 'hidden' })
  await page.getByText('Searching the estate').waitFor({ state: 'hidden' })
  await page.mouse.move(0, 0)
}

function smaller(png: Buffer): Buffer {
  const image = UPNG.decode(new Uint8Array(png).buffer)
  return Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, COLOURS))
}

const read = async <T>(server: Running, path: string): Promise<T> => (await server.api(`/api/v1${path}`)).json() as Promise<T>
