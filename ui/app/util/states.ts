/** The seven states of everything, with one glyph and one colour each; see `ui/State.tsx`. */
export type State = 'ok' | 'warning' | 'critical' | 'unknown' | 'stale' | 'simulated' | 'progress'

const DRIFT: Record<string, State> = { current: 'ok', outdated: 'warning', ahead: 'warning', unmanaged: 'unknown', unknown: 'unknown' }
const RAG: Record<string, State> = { healthy: 'ok', warning: 'warning', critical: 'critical', unknown: 'unknown' }
const SEVERITY: Record<string, State> = { critical: 'critical', high: 'critical', medium: 'warning', low: 'ok', none: 'ok' }
const SYNC: Record<string, State> = {
  complete: 'ok', partial: 'warning', failed: 'critical', running: 'progress', queued: 'progress', imported: 'ok', unchanged: 'ok', cancelled: 'warning',
}

/** Of a golden image's life cycle; `newest` is the production version that should run. */
const IMAGE: Record<string, State> = {
  newest: 'ok', production: 'warning', testing: 'progress', draft: 'unknown', deprecated: 'warning', retired: 'critical', revoked: 'critical',
}
const SLA: Record<string, State> = { running: 'ok', due_soon: 'warning', breached: 'critical' }
const FIX: Record<string, State> = { all: 'ok', some: 'warning', none: 'critical' }

/** A word that is not known is drawn as unknown, never as ok. */
const from = (table: Record<string, State>) => (word: string | null | undefined): State => table[word ?? ''] ?? 'unknown'

export const driftState = from(DRIFT)
export const freshnessState = from({ fresh: 'ok', stale: 'stale' })
export const ragState = from(RAG)
export const severityState = from(SEVERITY)
export const syncState = from(SYNC)
export const imageState = from(IMAGE)
export const slaState = from(SLA)
export const fixState = from(FIX)
