import { StateBadge, StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'
import { riskState, spaced, type Plan } from './words'

/** The eight factors; what is not known counts as the worst, and says so. */
export function Risk({ plan }: { plan: Plan }) {
  const unknown = plan.risk_factors.filter((factor) => !factor.known).length
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-3 pb-2">
        <StateBadge state={riskState(plan.risk_level)}><span className="num text-lg font-semibold">{plan.risk_score}</span> of 100, {plan.risk_level}</StateBadge>
        {unknown > 0 && <span className="text-xs text-meta">{unknown} of {plan.risk_factors.length} factors are not known and count as the worst</span>}
      </p>
      <div className="overflow-x-auto" role="region" aria-label="Risk factors" tabIndex={0}>
        <table className="num w-full min-w-[28rem]" aria-label="Risk factor by factor">
          <thead className="text-left text-xs text-meta [&_th]:pr-3 [&_th]:pb-1 [&_th]:font-normal">
            <tr><th scope="col">Factor</th><th scope="col" className="text-right">Weight</th><th scope="col" className="text-right">Score</th><th scope="col">Because</th></tr>
          </thead>
          <tbody>
            {plan.risk_factors.map((factor) => (
              <tr key={factor.factor} className="border-t border-line align-top [&>*]:py-1.5 [&>*]:pr-3">
                <th scope="row" className="text-left font-normal whitespace-nowrap">{spaced(factor.factor)}</th>
                <td className="text-right text-meta">{factor.weight} %</td>
                <td className="text-right">{factor.score}</td>
                <td className="text-dim">{!factor.known && <span className="mr-1.5 inline-flex items-center gap-1 text-unknown"><StateGlyph state="unknown" />unknown:</span>}<Text wrap>{factor.basis}</Text></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
