import type { components } from '~/api/generated/schema'
import { Bar } from '~/charts/StackedBar'
import { StateBadge } from '~/ui/State'
import { slaState } from '~/util/states'
import { span } from '~/util/time'
import { RelativeTime, useMoment } from './RelativeTime'

type Sla = components['schemas']['Sla']
const TONES = { running: 'accent', due_soon: 'warning', breached: 'critical' } as const
const HOUR_MS = 3_600_000

/** `6 d left`, `3 d past`. */
export function SlaWords({ sla }: { sla: Sla | null | undefined }) {
  const now = useMoment()
  if (!sla) return <span className="text-meta">none owed</span>
  const left = (Date.parse(sla.due) - now.getTime()) / 1000
  return <StateBadge state={slaState(sla.state)}><span className="num" title={sla.assumed ? 'The severity is not known: the time of high was taken' : undefined}>{span(Math.abs(left)) || '1 min'} {left < 0 ? 'past' : 'left'}</span></StateBadge>
}

/** How much of the time is gone. */
export function SlaClock({ sla }: { sla: Sla | null | undefined }) {
  const now = useMoment()
  if (!sla) return <p className="text-dim">Rated as no risk: no time is owed.</p>
  const total = (Date.parse(sla.due) - Date.parse(sla.since)) / HOUR_MS
  const gone = Math.min(total, Math.max(0, (now.getTime() - Date.parse(sla.since)) / HOUR_MS))
  return (
    <div className="grid gap-1.5">
      <p className="text-lg font-semibold"><SlaWords sla={sla} /></p>
      <Bar label="Hours gone" value={Math.round(gone)} total={Math.round(total)} tone={TONES[sla.state as keyof typeof TONES] ?? 'unknown'} className="h-2" />
      <p className="num flex flex-wrap justify-between gap-x-4 text-xs text-meta"><span>found <RelativeTime at={sla.since} /></span><span>due <RelativeTime at={sla.due} /></span></p>
      {sla.assumed && <p className="text-xs text-unknown">The severity is not known: the time of a high one was taken.</p>}
    </div>
  )
}
