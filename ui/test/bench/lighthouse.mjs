// Lighthouse over a signed-in browser: it attaches to one that holds the session, as its desktop preset.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from '@playwright/test'

const CATEGORIES = ['performance', 'accessibility', 'best-practices']
/** The event stream never ends, so the page is never without a request. */
const LOAD_MAX_MS = 20_000
const OUTPUT_BYTES_MAX = 64 << 20
/** Scores move by a point or two. */
const RUNS = 3

/** Category and score of 100, the middle of some runs. */
export async function audit({ lighthouse, executablePath, args, url, session }) {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'qlrf-lighthouse-'))
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: [...args, `--remote-debugging-port=${port}`] })
  try {
    await context.addCookies(session.cookies)
    const runs = []
    for (let n = 0; n < RUNS; n += 1) runs.push(await once(lighthouse, port, url))
    return CATEGORIES.map((category) => [category, runs.map((scores) => scores[category]).sort((a, b) => a - b)[Math.floor(RUNS / 2)]])
  } finally {
    await context.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function once(lighthouse, port, url) {
  const options = ['--quiet', '--preset=desktop', '--output=json', '--disable-storage-reset', `--only-categories=${CATEGORIES}`, `--port=${port}`, `--max-wait-for-load=${LOAD_MAX_MS}`]
  const { stdout } = await promisify(execFile)(process.execPath, [lighthouse, url, ...options], { maxBuffer: OUTPUT_BYTES_MAX })
  const report = JSON.parse(stdout)
  if (report.runtimeError) throw new Error(`Lighthouse of ${url}: ${report.runtimeError.message}`)
  if (new URL(report.finalDisplayedUrl).pathname !== new URL(url).pathname) throw new Error(`Lighthouse saw ${report.finalDisplayedUrl} and not ${url}`)
  return Object.fromEntries(CATEGORIES.map((category) => [category, Math.round(report.categories[category].score * 100)]))
}

const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
