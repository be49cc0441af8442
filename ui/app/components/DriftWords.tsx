import type { components } from '~/api/generated/schema'
import type { Part } from '~/charts/StackedBar'
import { StateBadge } from '~/ui/State'
import { driftState } from '~/util/states'

export type Tally = components['schemas']['DriftTally']

export function DriftBadge({ drift }: { drift: string | null | undefined }) {
  return <StateBadge state={driftState(drift)}>{drift ?? 'unknown'}</StateBadge>
}

/** In the order of the legend everywhere. */
export const driftParts = (tally: Tally): Part[] => [
  { label: 'current', value: tally.current, tone: 'ok' },
  { label: 'ahead', value: tally.ahead, tone: 'ahead' },
  { label: 'outdated', value: tally.outdated, tone: 'warning' },
  { label: 'unmanaged', value: tally.unmanaged, tone: 'none' },
  { label: 'unknown', value: tally.unknown, tone: 'unknown' },
]
