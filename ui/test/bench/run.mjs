// Drives Chromium over a running server and prints what it measured as JSON. Started by `cargo xtask bench ui`.
//
//   node test/bench/run.mjs '{"url": …, "link": …, "chromium": …, "repeats": …, "lighthouse": … or null}'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { latency } from './latency.mjs'
import { audit } from './lighthouse.mjs'

const PROBE = fileURLToPath(new URL('probe.js', import.meta.url))
const ARGS = ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const VIEWPORT = { width: 1440, height: 900 }
const VIEW_MAX_MS = 30_000
const SCROLL_MAX_MS = 120_000
/** A whole list is long: fewer passes over it than of anything else. */
const SCROLLS = 3
const ROWS_A_FRAME = 100
const AUDITS = 3
/** Of each question behind a view. */
const ASKED = 40
/** Keeps below the rate that the server allows one caller. */
const SPACING_MS = 12

const BAR = { cold: 1000, warm: 300, route: 150, api: 100, frame: 50, task: 200, script: 250, audit: 95 }

const sorted = (values) => [...values].sort((a, b) => a - b)
/** Nearest rank. */
const percentile = (values, percent) => sorted(values)[Math.ceil((values.length * percent) / 100) - 1]
const median = (values) => percentile(values, 50)

async function main({ url, link, chromium: executablePath, repeats, lighthouse }) {
  const browser = await chromium.launch({ executablePath, args: ARGS })
  const session = await signIn(browser, url, link)
  const measured = { rows: [], notes: [] }
  const add = (name, value, bar, atLeast = false) => measured.rows.push({ name, measured: value, bar, at_least: atLeast })
  try {
    const loads = await repeated(repeats, () => load(browser, session, url))
    add('overview, nothing cached, ms', median(loads.map((each) => each.cold)), BAR.cold)
    add('overview, again, ms', median(loads.map((each) => each.warm)), BAR.warm)
    add('JavaScript of the first load, brotli KiB', median(loads.map((each) => each.scripts)) / 1024, BAR.script)
    const tours = await repeated(repeats, () => tour(browser, session, url))
    for (const { title } of tours[0].stops) {
      const times = tours.map((each) => each.stops.find((stop) => stop.title === title))
      add(`to ${title}, first time, ms`, median(times.map((stop) => stop.first)), BAR.route)
      add(`to ${title}, again, ms`, median(times.map((stop) => stop.again)), BAR.route)
    }
    const scrolls = await repeated(SCROLLS, () => scroll(browser, session, url))
    add('rows of the fleet reached by scrolling', Math.min(...scrolls.map((each) => each.reached)), scrolls[0].rows, true)
    add(`longest frame over ${scrolls[0].rows} rows, ms`, median(scrolls.map((each) => each.longest)), BAR.frame)
    add('frames over 50 ms among them', median(scrolls.map((each) => each.slow)), 0)
    const longest = (list) => median(list.map((each) => each.task))
    add('longest task of a load, ms', longest(loads), BAR.task)
    add('longest task of a tour of all pages, ms', longest(tours), BAR.task)
    add('longest task while scrolling, ms', longest(scrolls), BAR.task)
    measured.notes.push(`${scrolls[0].frames} frames of ${scrolls[0].median.toFixed(1)} ms in the middle for one pass over the list, ${ROWS_A_FRAME} rows a frame; ${SCROLLS} passes.`)
    const waits = await waited(browser, session, url)
    add('from the end of a collection to its row, median ms', median(waits))
    add('from the end of a collection to its row, p95 ms', percentile(waits, 95))
    for (const { title, questions } of tours[0].stops) {
      const worst = await slowest(browser, session, url, questions)
      if (worst) add(`slowest API question of ${title} (\`${worst.path}\`), p95 ms`, worst.p95, BAR.api)
    }
    await audits(add, measured.notes, { url, link, session, executablePath, lighthouse })
  } finally {
    await browser.close()
  }
  console.log(JSON.stringify(measured))
}

async function repeated(times, measure) {
  const found = []
  for (let n = 0; n < times; n += 1) found.push(await measure())
  return found
}

async function signIn(browser, url, link) {
  const page = await browser.newPage()
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const session = await page.context().storageState()
  await page.context().close()
  return session
}

/** A browser that knows the session and nothing else. */
async function open(browser, storageState) {
  const context = await browser.newContext({ storageState, viewport: VIEWPORT })
  await context.addInitScript({ path: PROBE })
  return context.newPage()
}

const stands = (page, title) => page.evaluate(([title, max]) => window.bench.stands(title, max), [title, VIEW_MAX_MS])

async function load(browser, session, url) {
  const page = await open(browser, session)
  await page.goto(url, { waitUntil: 'commit' })
  const cold = await stands(page, 'Overview')
  const scripts = await page.evaluate(() => window.bench.scripts())
  const task = await page.evaluate(() => window.bench.longestTask())
  // Chromium keeps compiled code from the second load on.
  await page.reload({ waitUntil: 'commit' })
  await stands(page, 'Overview')
  await page.reload({ waitUntil: 'commit' })
  const warm = await stands(page, 'Overview')
  await page.context().close()
  return { cold, warm, scripts, task }
}

/** From page to page by the rail, each for the first time and once more. */
async function tour(browser, session, url) {
  const page = await open(browser, session)
  await page.goto(url, { waitUntil: 'commit' })
  await stands(page, 'Overview')
  const stops = []
  const links = await page.locator('nav[aria-label=Pages] ul a:visible').evaluateAll((all) => all.map((link) => ({ href: link.getAttribute('href'), title: link.textContent })))
  const go = (to) => page.evaluate(([href, title, max]) => window.bench.go(href, title, max), [to.href, to.title, VIEW_MAX_MS])
  const [overview, ...others] = links
  const ofOverview = await page.evaluate(() => window.bench.questions())
  await page.evaluate(() => window.bench.longestTask())
  for (const to of others) {
    await page.locator(`nav[aria-label=Pages] ul a[href="${to.href}"]:visible`).hover()
    const first = await go(to)
    const questions = await page.evaluate(() => window.bench.questions())
    const back = await go(overview)
    stops.push({ title: to.title, first, again: await go(to), questions, back })
    await go(overview)
  }
  const task = await page.evaluate(() => window.bench.longestTask())
  await page.context().close()
  // The first of all pages is only ever come back to.
  const back = median(stops.map((stop) => stop.back))
  return { stops: [{ title: overview.title, first: back, again: back, questions: ofOverview }, ...stops], task }
}

async function scroll(browser, session, url) {
  const page = await open(browser, session)
  await page.goto(`${url}/fleet`, { waitUntil: 'commit' })
  await stands(page, 'Fleet')
  await page.evaluate(() => window.bench.longestTask())
  const found = await page.evaluate(([rows, max]) => window.bench.scroll(rows, max), [ROWS_A_FRAME, SCROLL_MAX_MS])
  const task = await page.evaluate(() => window.bench.longestTask())
  await page.context().close()
  return { ...found, task }
}

async function waited(browser, session, url) {
  const page = await open(browser, session)
  const waits = await latency(page, url, stands)
  await page.context().close()
  return waits
}

async function slowest(browser, session, url, questions) {
  const page = await open(browser, session)
  await page.goto(`${url}/openapi.json`)
  let worst
  for (const path of questions) {
    const took = await page.evaluate(([path, times, spacing]) => window.bench.ask(path, times, spacing), [path, ASKED, SPACING_MS])
    const p95 = percentile(took, 95)
    if (!worst || p95 > worst.p95) worst = { path: path.replace('/api/v1', ''), p95 }
  }
  await page.context().close()
  return worst
}

async function audits(add, notes, { url, session, executablePath, lighthouse }) {
  if (!lighthouse) {
    notes.push('Lighthouse: skipped, not installed (`scripts/bench-peers.sh`)')
    return
  }
  const cookie = session.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const first = await fetch(`${url}/api/v1/assets?limit=1`, { headers: { cookie } })
  const { items: [asset] } = await first.json()
  const seen = (path, preset, runs) => audit({ lighthouse, executablePath, args: ARGS, url: url + path, session, preset, runs })
  const phone = []
  for (const [name, path] of [['Overview', '/'], ['Fleet', '/fleet'], ['an asset', `/fleet/${asset.id}`]]) {
    for (const [category, score] of await seen(path, 'desktop', AUDITS)) add(`Lighthouse, ${name}: ${category}`, score, BAR.audit, true)
    const scores = await seen(path, 'mobile', 1)
    phone.push(`${name} ${scores.map(([category, score]) => `${category} ${score}`).join(', ')}`)
  }
  notes.push(`Lighthouse as its desktop preset, signed in and with nothing cached, the middle of ${AUDITS} runs. As its phone, once: ${phone.join('; ')}.`)
}

await main(JSON.parse(process.argv[2]))
