import { RelativeTime } from '~/components/RelativeTime'
import { StateBadge } from '~/ui/State'
import { freshnessState } from '~/util/states'

/** How old the last complete listing is, and what that makes of it. */
export function Age({ freshness, at }: { freshness: string; at: string | null | undefined }) {
  return (
    <StateBadge state={at ? freshnessState(freshness) : 'unknown'}>
      {at ? <RelativeTime at={at} /> : 'never'}{freshness !== 'fresh' && at && `, ${freshness}`}
    </StateBadge>
  )
}
