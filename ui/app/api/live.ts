import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { asApiError } from './errors'
import type { EventType, Noun } from './generated/nouns'
import { apiQuery, askFailedAgain, invalidateNouns } from './query'

const ASSETS: Noun[] = ['assets', 'sites', 'environments', 'projects', 'overview', 'drift', 'vulnerabilities', 'images', 'link-rules', 'patch', 'coverage', 'onboarding', 'search', 'activity', 'mapping-rules', 'identity-conflicts', 'plans']
const IMAGES: Noun[] = ['images', 'assets', 'sites', 'drift', 'vulnerabilities', 'patch', 'overview', 'link-rules', 'onboarding', 'search', 'activity']
const ADVISORIES: Noun[] = ['vulnerabilities', 'assets', 'sites', 'images', 'overview', 'onboarding', 'search', 'activity']

/** Which answers an event makes old. Events never carry state: they only say what to ask again. */
const TOUCHES: Record<EventType, Noun[]> = {
  'asset.discovered': ASSETS,
  'asset.updated': ASSETS,
  'asset.removed': ASSETS,
  'asset.merged': ASSETS,
  'asset.split': ASSETS,
  'inventory.collected': [...ASSETS, 'connectors', 'syncs'],
  'inventory.failed': ['connectors', 'syncs', 'coverage', 'overview'],
  'drift.detected': ['drift', 'assets', 'sites', 'images', 'overview', 'patch', 'onboarding', 'activity'],
  'image.published': IMAGES,
  'image.promoted': IMAGES,
  'image.deprecated': IMAGES,
  'cve.discovered': ADVISORIES,
  'cve.discovered_summary': ADVISORIES,
  'feed.synced': [...ADVISORIES, 'feeds'],
  'site.changed': ['sites', 'plans', 'activity'],
  'environment.changed': ['environments', 'plans', 'activity'],
  'project.changed': ['projects', 'activity'],
  'plan.created': ['plans', 'policies', 'activity'],
  'policy.changed': ['policies', 'plans', 'activity'],
}
/** Events come in bursts: a little is waited, and the next refresh comes only when this one had time to be answered. */
const COALESCE_MS = 1_000
const BETWEEN_MS = 4_000
const STALE_AFTER_MS = 60_000
const REOPEN_MS = [1_000, 2_000, 5_000, 10_000, 30_000]

export interface Live {
  state: 'live' | 'reconnecting' | 'stale'
  /** Since when it is so. */
  since: number
}

let live: Live = { state: 'reconnecting', since: Date.now() }
const readers = new Set<() => void>()

function tell(state: Live['state']) {
  if (state === live.state) return
  live = { state, since: state === 'stale' ? live.since : Date.now() }
  for (const reader of readers) reader()
}

const subscribe = (reader: () => void) => {
  readers.add(reader)
  return () => readers.delete(reader)
}

export const useLive = () => useSyncExternalStore(subscribe, () => live)

/** Whether nobody is signed in any more, which the stream alone cannot tell from a server that is gone. */
async function sessionEnded(queries: QueryClient): Promise<boolean> {
  // The cache tells the application of a refusal, which then leads to the sign-in page.
  const me = queries.fetchQuery({ ...apiQuery('/api/v1/users/me'), staleTime: 0, retry: false })
  return me.then(() => false, (error: unknown) => asApiError(error).status === 401)
}

/** Events, gathered into refreshes. */
function gather(queries: QueryClient) {
  const waiting = new Set<Noun>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let refreshed = 0
  const flush = () => {
    timer = undefined
    refreshed = Date.now()
    invalidateNouns(queries, new Set(waiting))
    waiting.clear()
  }
  return {
    note: (nouns: Noun[]) => {
      for (const noun of nouns) waiting.add(noun)
      timer ??= setTimeout(flush, Math.max(COALESCE_MS, refreshed + BETWEEN_MS - Date.now()))
    },
    stop: () => clearTimeout(timer),
  }
}

/** Follows the stream until the returned function is called. */
export function follow(queries: QueryClient): () => void {
  const events = gather(queries)
  let source: EventSource | undefined
  let reopen: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let missed = false
  let stopped = false

  const opened = () => {
    failures = 0
    tell('live')
    // A fresh stream starts at now: whatever happened in between is asked again.
    if (missed) invalidateNouns(queries, 'all')
    else askFailedAgain(queries)
    missed = false
  }
  const failed = async () => {
    tell(live.state === 'live' ? 'reconnecting' : live.state)
    // While it is `CONNECTING` the browser resumes by itself, with `Last-Event-ID`.
    if (source?.readyState !== EventSource.CLOSED) return
    missed = true
    if ((await sessionEnded(queries)) || stopped) return
    reopen = setTimeout(open, REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)])
  }
  const open = () => {
    source?.close()
    source = new EventSource('/api/v1/events')
    source.onopen = opened
    source.onerror = () => void failed()
    source.addEventListener('resync', () => invalidateNouns(queries, 'all'))
    for (const [type, nouns] of Object.entries(TOUCHES)) source.addEventListener(type, () => events.note(nouns))
  }

  const watch = setInterval(() => {
    if (live.state === 'reconnecting' && Date.now() - live.since > STALE_AFTER_MS) tell('stale')
  }, 5_000)
  open()
  return () => {
    stopped = true
    source?.close()
    clearTimeout(reopen)
    clearInterval(watch)
    events.stop()
    tell('reconnecting')
  }
}
