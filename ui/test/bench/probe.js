// Runs in the page before anything else of it: tells when a view stands, and what kept the page from answering.
(() => {
  let asked = 0
  let open = 0
  const fetchOf = window.fetch
  window.fetch = async (...call) => {
    asked += 1
    open += 1
    try {
      return await fetchOf(...call)
    } finally {
      // The page reads the body and draws it first.
      setTimeout(() => (open -= 1))
    }
  }

  const tasks = []
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask', buffered: true })

  const holds = (title) => {
    const main = document.getElementById('main')
    if (!main || open > 0 || main.querySelector('h1')?.textContent !== title) return false
    return !main.querySelector('.animate-pulse, [aria-busy=true]')
  }
  const frame = () => new Promise((next) => requestAnimationFrame(next))
  /** After what is in the document was painted, and the page took another event. */
  const painted = async () => {
    await frame()
    await new Promise((next) => {
      const channel = new MessageChannel()
      channel.port1.onmessage = next
      channel.port2.postMessage(undefined)
    })
    return performance.now()
  }
  /** Time at which everything that the view asked for was painted. */
  const stands = async (title, timeMax) => {
    for (const end = performance.now() + timeMax; performance.now() < end; await frame()) {
      if (!holds(title)) continue
      const before = asked
      const at = await painted()
      // What is asked in an effect is asked only after the first picture.
      await new Promise((next) => setTimeout(next, 30))
      if (asked === before && holds(title)) return at
    }
    throw new Error(`"${title}" did not stand within ${timeMax} ms`)
  }

  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
  /** How many rows the list of the page holds, those out of sight included. */
  const listed = () => Number(document.querySelector('#main [role=grid]')?.getAttribute('aria-rowcount') ?? 0)
  window.bench = {
    stands,
    async go(href, title, timeMax) {
      const link = document.querySelector(`nav[aria-label=Pages] a[href="${href}"]`)
      const begin = performance.now()
      link.click()
      return (await stands(title, timeMax)) - begin
    },
    listed,
    /** Moment on the clock of the machine at which a list was painted that holds another number of rows than `before`. */
    async listsOther(before, timeMax) {
      for (const end = performance.now() + timeMax; performance.now() < end; await frame()) {
        if (listed() !== before) return performance.timeOrigin + (await painted())
      }
      throw new Error(`the list still holds ${before} rows after ${timeMax} ms`)
    },
    async send(method, path, body) {
      const token = /qlrf_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? ''
      const answer = await fetchOf(path, { method, headers: { 'content-type': 'application/json', 'x-csrf-token': token }, body: body && JSON.stringify(body) })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return answer.json()
    },
    /** Paths and queries of the API that were asked for since the last call. */
    questions() {
      const entries = performance.getEntriesByType('resource').filter(({ name, initiatorType }) => initiatorType === 'fetch' && name.includes('/api/v1/'))
      performance.clearResourceTimings()
      return [...new Set(entries.map(({ name }) => name.slice(location.origin.length)))]
    },
    async ask(path, times, spacing) {
      const took = []
      for (let n = 0; n < times; n += 1) {
        const begin = performance.now()
        const answer = await fetchOf(path, { cache: 'no-store' })
        await answer.arrayBuffer()
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
        took.push(performance.now() - begin)
        await new Promise((next) => setTimeout(next, spacing))
      }
      return took
    },
    scripts: () => performance.getEntriesByType('resource').filter(({ name }) => /\.js$/.test(name)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    longestTask() {
      const longest = Math.max(0, ...tasks)
      tasks.length = 0
      return longest
    },
    /** From the first row to the last, some screens a frame. */
    async scroll(rowsAFrame, timeMax) {
      const grid = document.querySelector('#main [role=grid]')
      const total = Number(grid.getAttribute('aria-rowcount'))
      const row = grid.querySelector('[role=row][aria-rowindex="3"]').getBoundingClientRect().height
      const reached = () => Math.max(...[...grid.querySelectorAll('[role=row][aria-rowindex]')].map((each) => Number(each.getAttribute('aria-rowindex'))))
      const frames = []
      let before = await frame()
      for (const end = performance.now() + timeMax; reached() < total && performance.now() < end; ) {
        grid.scrollTop += row * rowsAFrame
        const now = await frame()
        frames.push(now - before)
        before = now
      }
      return { rows: total, reached: reached(), frames: frames.length, median: median(frames), longest: Math.max(...frames), slow: frames.filter((each) => each > 50).length }
    },
  }
})()
