import type { Page } from '@playwright/test'
import { startServer, type Running } from './server'
import { loadEstate, serveUi } from './setup'

export interface Estate { url: string; connector: string; server: Running; stop: () => Promise<void> }

/** An estate of one spec's own, for what the others would notice: feeds, histories, members. */
export async function ownEstate(assets: number): Promise<Estate> {
  const server = await startServer()
  const connector = await loadEstate(server, assets)
  const site = await serveUi(server)
  return { url: site.url, connector, server, stop: async () => { await site.close(); await server.stop() } }
}

/** Each link works once. */
export async function signIn(page: Page, { url, server }: Estate, path = server.signInLink()) {
  await page.goto(`${url}/sign-in?link=${path}`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

export const json = async <T>(server: Running, path: string, body?: unknown, method?: string): Promise<T> => (await server.api(path, body, method)).json() as Promise<T>

/** Changes a connector's configuration and waits for the collection that follows. */
export async function collect(server: Running, connector: string, config: object) {
  await server.api(`/api/v1/connectors/${connector}`, { config }, 'PATCH')
  await sync(server, connector)
  await until(async () => !(await json<{ judging: boolean }>(server, '/api/v1/drift/summary')).judging, 'drift was not judged')
}

/** Collects once, and waits for its end. */
export async function sync(server: Running, connector: string) {
  const { id } = await json<{ id: string }>(server, `/api/v1/connectors/${connector}/sync`, {})
  await until(async () => !['queued', 'running'].includes((await json<{ outcome: string }>(server, `/api/v1/syncs/${id}`)).outcome), 'the collection did not end')
}

export const importOsv = (server: Running, advisories: object[]) =>
  server.api('/api/v1/feeds/osv/import?source=spec', Buffer.from(advisories.map((each) => JSON.stringify(each)).join('\n')))

async function until(holds: () => Promise<boolean>, complaint: string) {
  for (const end = Date.now() + 60_000; !(await holds()); await new Promise((next) => setTimeout(next, 200))) {
    if (Date.now() > end) throw new Error(complaint)
  }
}
