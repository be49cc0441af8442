import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const BIN = process.env.QLRF_BIN ?? '../target/debug/qlrf'
const READY_MS = 120_000
/** The program refuses variables of its own that it does not know, such as ours. */
// Nothing here calls out, and counterparts run on this machine.
export const ENV = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('QLRF_'))), QLRF_FEED_INTERVAL: 'off', QLRF_CONNECTOR_NETWORKS: '*=127.0.0.0/8' }

export type Api = (path: string, body?: unknown, method?: string) => Promise<Response>
/** `pause` ends the program and keeps its data; a start at the same place goes on with it. */
export interface Running { url: string; data: string; port: number; api: Api; signInLink: () => string; pause: () => Promise<void>; stop: () => Promise<void> }

/** A server of its own: own data folder, own database, a free port; or once more at the place of an earlier one. */
export async function startServer(again?: Pick<Running, 'data' | 'port'>): Promise<Running> {
  const data = again?.data ?? mkdtempSync(join(tmpdir(), 'qlrf-ui-'))
  // PostgreSQL does not run as root: its own account has to pass.
  chmodSync(data, 0o711)
  const port = again?.port ?? (await freePort())
  const child = spawn(BIN, ['serve', '--data-dir', data, '--listen', `127.0.0.1:${port}`], { env: ENV, stdio: ['ignore', 'ignore', 'pipe'] })
  const url = `http://127.0.0.1:${port}`
  const credential = join(data, 'cli.json')
  await ready(child, url, credential).catch(async (error: unknown) => {
    await stop(child, data)
    throw error
  })
  return { url, data, port, api: apiOf(url, data), signInLink: () => signInLink(data), pause: () => end(child), stop: () => stop(child, data) }
}

/** As the command line of the server's own machine: an administrator. A text is sent as YAML, bytes as they are, anything else as JSON. */
export function apiOf(url: string, data: string): Api {
  const token = JSON.parse(readFileSync(join(data, 'cli.json'), 'utf8')).token as string
  return async (path, body, method = body === undefined ? 'GET' : 'POST') => {
    const [type, sent] = typeof body === 'string' ? ['application/yaml', body]
      : body instanceof Uint8Array ? ['application/octet-stream', new Uint8Array(body)] : ['application/json', body === undefined ? body : JSON.stringify(body)]
    const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}`, 'content-type': type }, body: sent })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

/** By what the command line prints for people. */
export const signInLink = (data: string) => {
  const printed = execFileSync(BIN, ['--data-dir', data, 'sign-in-link'], { env: ENV, encoding: 'utf8' })
  const link = /link=([\w-]{43})/.exec(printed)?.[1]
  if (!link) throw new Error(`no link in: ${printed}`)
  return link
}

async function ready(child: ChildProcess, url: string, credential: string) {
  let log = ''
  child.stderr?.on('data', (text) => (log += text))
  const end = Date.now() + READY_MS
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`${BIN} ended with ${child.exitCode}:\n${log}`)
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok && existsSync(credential)) return
    await new Promise((next) => setTimeout(next, 100))
  }
  throw new Error(`${BIN} was not ready in time:\n${log}`)
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null) return
  const ended = new Promise((next) => child.once('exit', next))
  child.kill('SIGTERM')
  await ended
}

async function stop(child: ChildProcess, data: string) {
  await end(child)
  rmSync(data, { recursive: true, force: true })
}

export const freePort = () =>
  new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
