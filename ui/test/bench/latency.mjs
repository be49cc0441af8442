// From the end of a small collection, as the server notes it, to its new row painted in an open list of the fleet. Browser and
// server read one clock: they run on one machine.

const NAME = 'latency'
/** So many more in each round that some of them are at sites that answer. */
const GROWTH = 20
/** An odd number, and enough for a 95th percentile that is not just the worst. */
const ROUNDS = 21
const ROW_MAX_MS = 60_000
/** The page asks again only some seconds after the last time: a round that begins earlier measures that instead. */
const REST_MS = 5_000

/** Milliseconds of each round. */
export async function latency(page, url, stands) {
  await page.goto(`${url}/fleet?q=connector:${NAME}`, { waitUntil: 'commit' })
  await stands(page, 'Fleet')
  const connector = await send(page, 'POST', '/api/v1/connectors', { kind: 'sim', name: NAME, config: { assets: GROWTH, seed: 4711 } })
  const took = []
  for (let n = 0; n <= ROUNDS; n += 1) {
    await new Promise((next) => setTimeout(next, REST_MS))
    const config = { assets: GROWTH * (n + 1), seed: 4711 }
    await send(page, 'PATCH', `/api/v1/connectors/${connector.id}`, { config })
    const before = await page.evaluate(() => window.bench.listed())
    const painted = page.evaluate(([rows, max]) => window.bench.listsOther(rows, max), [before, ROW_MAX_MS])
    const { id } = await send(page, 'POST', `/api/v1/connectors/${connector.id}/sync`, {})
    const at = await painted
    const ended = await endOf(page, id)
    // The first one makes the list.
    if (n > 0) took.push(at - ended)
  }
  await send(page, 'DELETE', `/api/v1/connectors/${connector.id}`)
  return took
}

async function endOf(page, id) {
  for (const end = Date.now() + ROW_MAX_MS; Date.now() < end; await new Promise((next) => setTimeout(next, 50))) {
    const sync = await send(page, 'GET', `/api/v1/syncs/${id}`)
    // Some sites of the simulated estate answer in part, by design.
    if (['complete', 'partial'].includes(sync.outcome)) return Date.parse(sync.ended_at)
    if (!['queued', 'running'].includes(sync.outcome)) throw new Error(`the collection ended as ${sync.outcome}: ${sync.detail}`)
  }
  throw new Error(`the collection did not end within ${ROW_MAX_MS} ms`)
}

/** With the session of the page, and its proof that the request comes from there; not counted among what the page asks. */
const send = (page, method, path, body) => page.evaluate(([method, path, body]) => window.bench.send(method, path, body), [method, path, body])
