import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { askFailedAgain, invalidateNouns } from './query'

/** Which answers an event makes old. Events never carry state: they only say what to ask again. */
const TOUCHES: Record<string, string[]> = {
  'asset.discovered': ['assets', 'sites', 'overview', 'onboarding'],
  'asset.updated': ['assets', 'sites', 'overview', 'vulnerabilities'],
  'asset.removed': ['assets', 'sites', 'overview', 'vulnerabilities', 'onboarding'],
  'inventory.collected': ['assets', 'sites', 'overview', 'connectors', 'coverage', 'syncs', 'drift', 'vulnerabilities', 'onboarding'],
  'drift.detected': ['drift', 'assets', 'sites', 'overview', 'patch', 'onboarding'],
  'image.published': ['images', 'drift', 'patch', 'overview', 'onboarding'],
  'image.promoted': ['images', 'drift', 'patch', 'overview', 'onboarding'],
  'image.deprecated': ['images', 'drift', 'patch', 'overview', 'onboarding'],
  'feed.synced': ['feeds', 'vulnerabilities', 'overview', 'assets', 'onboarding'],
}
const COALESCE_MS = 1_000
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

/** Follows the stream until the returned function is called. */
export function follow(queries: QueryClient): () => void {
  const waiting = new Set<string>()
  let source: EventSource | undefined
  let flush: ReturnType<typeof setTimeout> | undefined
  let reopen: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let missed = false

  const note = (nouns: string[]) => {
    for (const noun of nouns) waiting.add(noun)
    flush ??= setTimeout(() => {
      flush = undefined
      invalidateNouns(queries, new Set(waiting))
      waiting.clear()
    }, COALESCE_MS)
  }
  const opened = () => {
    failures = 0
    tell('live')
    // A fresh stream starts at now: whatever happened in between is asked again.
    if (missed) invalidateNouns(queries, 'all')
    else askFailedAgain(queries)
    missed = false
  }
  const failed = () => {
    tell(live.state === 'live' ? 'reconnecting' : live.state)
    // While it is `CONNECTING` the browser resumes by itself, with `Last-Event-ID`.
    if (source?.readyState !== EventSource.CLOSED) return
    missed = true
    reopen = setTimeout(open, REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)])
  }
  const open = () => {
    source?.close()
    source = new EventSource('/api/v1/events')
    source.onopen = opened
    source.onerror = failed
    source.addEventListener('resync', () => invalidateNouns(queries, 'all'))
    for (const [type, nouns] of Object.entries(TOUCHES)) source.addEventListener(type, () => note(nouns))
  }

  const watch = setInterval(() => {
    if (live.state === 'reconnecting' && Date.now() - live.since > STALE_AFTER_MS) tell('stale')
  }, 5_000)
  open()
  return () => {
    source?.close()
    for (const timer of [flush, reopen]) clearTimeout(timer)
    clearInterval(watch)
    tell('reconnecting')
  }
}
