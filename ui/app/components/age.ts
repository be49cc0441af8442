import type { Part } from '~/charts/StackedBar'

/** By how old the last complete listing is, in the order of the legend everywhere. */
export const ageParts = ({ fresh, stale, unknown }: { fresh: number; stale: number; unknown: number }): Part[] => [
  { label: 'fresh', value: fresh, tone: 'ok' }, { label: 'stale', value: stale, tone: 'none' }, { label: 'unknown by age', value: unknown, tone: 'unknown' },
]
