import { RelativeTime } from '~/components/RelativeTime'
import { Actor } from '~/ui/Actor'
import { CodeLink } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { syncState } from '~/util/states'
import { span } from '~/util/time'
import { bytes, count } from '~/util/units'
import type { Feed } from './words'

export type Run = Feed['runs'][number]

/** How one run went: when, how long, how much, what it changed, and why it failed. */
export function RunWords({ run }: { run: Run }) {
  const took = run.ended_at ? (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000 : undefined
  const detail = [
    run.state === 'running' ? `${count(run.records)} records, ${run.total_bytes ? `${bytes(run.bytes)} of ${bytes(run.total_bytes)}` : bytes(run.bytes)} so far` : undefined,
    took !== undefined ? `took ${span(took) || `${took.toFixed(1)} s`}` : undefined,
    run.opened != null && run.closed != null ? `${count(run.opened)} matches opened, ${count(run.closed)} closed` : undefined,
  ].filter(Boolean).join(' · ')
  return (
    <div>
      <p className="flex flex-wrap items-center gap-x-3"><StateBadge state={syncState(run.state)}>{run.state}</StateBadge><span className="text-meta"><RelativeTime at={run.started_at} />{detail && ` · ${detail}`}</span></p>
      {(run.code ?? run.detail) && <p className="max-w-[60ch] text-dim">{run.code && <span className="mr-2 text-xs"><CodeLink code={run.code} help={run.help} /></span>}{run.detail && <Text wrap>{run.detail}</Text>}</p>}
      {run.requested_by && <p className="max-w-[60ch] text-xs text-meta">by <Actor>{run.requested_by}</Actor></p>}
    </div>
  )
}
