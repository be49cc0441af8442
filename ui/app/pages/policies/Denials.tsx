import { StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'
import { broken, whose, type Denial } from './words'

/** What denies a plan, why, and what to do. */
export function Denials({ denials }: { denials: Denial[] }) {
  if (denials.length === 0) return <p className="text-dim">No rule denies it.</p>
  return (
    <ol className="grid" aria-label="Denials">
      {denials.map((denial, at) => {
        const why = broken(denial.cause)
        return (
          <li key={at} className="grid grid-cols-[minmax(0,1fr)] gap-0.5 border-b border-line py-2 last:border-0">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <StateGlyph state="critical" />
              <strong className="min-w-0 font-semibold break-words"><Text wrap>{denial.rule}</Text></strong>
              <span className="text-xs text-meta">{whose(denial.source)}{why && ` · the rule ${why}, and so denies`}</span>
            </p>
            <p><Text wrap>{denial.reason}</Text></p>
            <p className="text-dim">Remedy: <Text wrap>{denial.remedy}</Text></p>
          </li>
        )
      })}
    </ol>
  )
}
