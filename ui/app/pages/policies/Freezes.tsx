import { Section } from '~/components/Page'
import { RelativeTime, useMoment } from '~/components/RelativeTime'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { plural } from '~/util/units'
import type { State } from '~/util/states'
import type { Freeze } from './words'

/** When the organisation changes nothing. */
export function Freezes({ freezes }: { freezes: Freeze[] }) {
  const now = useMoment()
  return (
    <Section title="Freezes" note={plural(freezes.length, 'freeze')}>
      {freezes.length === 0
        ? <p className="max-w-[80ch] text-dim">None. A freeze is a time in which nothing is changed; it is written into freezes.json, beside the rules.</p>
        : (
          <ul className="grid grid-cols-[minmax(0,1fr)]" aria-label="Freezes">
            {freezes.map((freeze, at) => {
              const [state, word] = standing(freeze, now)
              return (
                <li key={at} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t border-line py-1.5 first:border-0">
                  <StateBadge state={state}>{word}</StateBadge>
                  <Text wrap className="min-w-0">{freeze.name}</Text>
                  <span className="text-dim">from <RelativeTime at={freeze.from} /> to <RelativeTime at={freeze.until} />, for {freeze.uses.join(', ')}</span>
                </li>
              )
            })}
          </ul>
        )}
    </Section>
  )
}

function standing({ from, until }: Freeze, now: Date): [State, string] {
  if (now < new Date(from)) return ['ok', 'to come']
  return now < new Date(until) ? ['warning', 'in force'] : ['stale', 'over']
}
