// Lighthouse over a signed-in browser: it attaches to one that holds the session.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from '@playwright/test'

const CATEGORIES = ['performance', 'accessibility', 'best-practices']
/** Its own words: an office desktop, and a phone of the middle class on a slow network. */
const PRESETS = { desktop: ['--preset=desktop'], mobile: [] }
/** The event stream never ends, so the page is never without a request. */
const LOAD_MAX_MS = 20_000
const OUTPUT_BYTES_MAX = 64 << 20

/** Scores of 100 by category, the middle of some runs: they move by a point or two. */
export async function audit({ runs: times, ...rest }) {
  const runs = []
  for (let n = 0; n < times; n += 1) runs.push(await inNewBrowser(rest))
  return CATEGORIES.map((category) => [category, runs.map((scores) => scores[category]).sort((a, b) => a - b)[Math.floor(times / 2)]])
}

/** One that knows the session and nothing else. */
async function inNewBrowser({ lighthouse, executablePath, args, url, session, preset }) {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'qlrf-lighthouse-'))
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: [...args, `--remote-debugging-port=${port}`] })
  try {
    await context.addCookies(session.cookies)
    return await once(lighthouse, port, url, preset)
  } finally {
    await context.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function once(lighthouse, port, url, preset) {
  const options = ['--quiet', ...PRESETS[preset], '--output=json', '--disable-storage-reset', `--only-categories=${CATEGORIES}`, `--port=${port}`, `--max-wait-for-load=${LOAD_MAX_MS}`]
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
