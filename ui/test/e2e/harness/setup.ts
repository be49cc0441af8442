import { mkdirSync, writeFileSync } from 'node:fs'
import { chromium, type FullConfig } from '@playwright/test'
import { preview } from 'vite'
import { freePort, startServer, type Running } from './server'

/** Enough for every state and two pages of a list. */
const ASSETS = 600
export const WORLD = 'test-results/world.json'
export interface World { url: string; data: string }

/** One server with one small simulated estate for the whole run, and the session of its administrator. */
export default async function setup(config: FullConfig) {
  const server = await startServer()
  try {
    return await furnish(config, server)
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function furnish(config: FullConfig, server: Running) {
  await loadEstate(server, ASSETS)
  const site = await serveUi(server)
  mkdirSync('test-results', { recursive: true })
  writeFileSync(WORLD, JSON.stringify({ url: site.url, data: server.data } satisfies World))
  await saveSession(config, site.url, server.signInLink())
  return async () => {
    await site.close()
    await server.stop()
  }
}

interface Sync { outcome: string; detail?: string }
const ended = (sync?: Sync | null) => sync != null && !['queued', 'running'].includes(sync.outcome)

/** The connector's id, once its assets and those of the host itself are there and judged: nothing arrives behind a spec's back. */
export async function loadEstate(server: Running, assets: number): Promise<string> {
  const created = await server.api('/api/v1/connectors', { kind: 'sim', name: 'estate', config: { assets } })
  const { id } = (await created.json()) as { id: string }
  await server.api(`/api/v1/connectors/${id}/sync`, {})
  const end = Date.now() + 120_000
  for (;;) {
    const syncs = ((await (await server.api('/api/v1/connectors')).json()) as { last_sync?: Sync | null }[]).map((each) => each.last_sync)
    const drift = (await (await server.api('/api/v1/drift/summary')).json()) as { judging: boolean; total: { total: number } }
    if (syncs.every(ended) && !drift.judging && drift.total.total >= assets) return id
    if (Date.now() > end) throw new Error(`the estate was not collected in time: ${JSON.stringify({ syncs, drift })}`)
    await new Promise((next) => setTimeout(next, 200))
  }
}

/** The built pages: from the program itself when it holds them, else, or with `QLRF_UI=dist`, those of `dist` by Vite in front of it. */
export async function serveUi(server: Running): Promise<{ url: string; close: () => Promise<void> }> {
  const page = await (await fetch(server.url)).text()
  if (process.env.QLRF_UI !== 'dist' && page.includes('id="root"')) return { url: server.url, close: async () => {} }
  process.env.QLRF_SERVER = server.url
  const site = await preview({ preview: { port: await freePort(), host: '127.0.0.1' }, logLevel: 'error' })
  return { url: site.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '', close: () => site.close() }
}

async function saveSession(config: FullConfig, url: string, link: string) {
  const { launchOptions, storageState } = config.projects[0]?.use ?? {}
  const browser = await chromium.launch(launchOptions)
  const page = await browser.newPage()
  await page.goto(`${url}/sign-in?link=${link}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.context().storageState({ path: storageState as string })
  await browser.close()
}
