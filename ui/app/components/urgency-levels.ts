import type { components } from '~/api/generated/schema'
import type { Part } from '~/charts/StackedBar'
import type { Series } from '~/charts/TrendChart'
import { path } from '~/util/path-builder'

export type UrgencyCounts = components['schemas']['UrgencyCounts']

export const LEVELS = ['critical', 'high', 'medium', 'low', 'unknown'] as const
export const LEVEL_WORDS: Record<(typeof LEVELS)[number], string> = { critical: 'critical', high: 'high', medium: 'medium', low: 'low', unknown: 'not known' }
const TONES: Record<(typeof LEVELS)[number], Part['tone']> = { critical: 'critical', high: 'high', medium: 'warning', low: 'none', unknown: 'unknown' }

/** How soon somebody has to act; each part opens its list. */
export const urgencyParts = (counts: UrgencyCounts, q?: string): Part[] =>
  LEVELS.map((level) => ({ label: LEVEL_WORDS[level], value: counts[level], tone: TONES[level], to: path.vulnerabilities({ q, urgency: level }) }))

export const URGENCY_SERIES: Series[] = LEVELS.map((level) => ({ key: level, label: LEVEL_WORDS[level], tone: TONES[level] }))
