import { RelativeTime } from '~/components/RelativeTime'
import { StateBadge } from '~/ui/State'
import { LongText } from '~/ui/Text'
import type { State } from '~/util/states'
import type { Connector } from './words'

const STATES: Record<string, [State, string]> = {
  watching: ['ok', 'watched'],
  partial: ['warning', 'watched in part'],
  refused: ['warning', 'may not be watched'],
  failing: ['critical', 'watch fails'],
}

/** How soon what changes is seen: at once while it is watched, else by the next collection. */
export function Changes({ connector }: { connector: Connector }) {
  const watch = connector.watch
  if (!watch) return <>seen by the next collection</>
  const [state, words] = STATES[watch.state] ?? ['unknown', watch.state]
  return (
    <div className="grid gap-1">
      <span><StateBadge state={state}>{words}</StateBadge> since <RelativeTime at={watch.since} /></span>
      {watch.gaps.length > 0 && <LongText wrap title="not watched">{watch.gaps.join('; ')}</LongText>}
      {watch.error && watch.failed_at && <span className="text-meta">failed <RelativeTime at={watch.failed_at} />: <LongText wrap title="last failure">{watch.error}</LongText></span>}
    </div>
  )
}
