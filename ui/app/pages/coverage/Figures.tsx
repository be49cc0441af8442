import type { components } from '~/api/generated/schema'
import { StackedBar } from '~/charts/StackedBar'
import { Figure } from '~/components/Figure'
import { Link } from '~/ui/Link'
import { path, term, terms } from '~/util/path-builder'
import { count, of, percent, plural, share } from '~/util/units'
import { useApi } from '~/api/query'
import { ageParts } from '~/components/age'

type Summary = components['schemas']['CoverageSummary']

const To = ({ to, children }: { to: string; children: React.ReactNode }) => <Link to={to} className="decoration-line-strong underline-offset-[3px] hover:underline">{children}</Link>

/** The denominators behind every other number: scopes that are complete and fresh, and the assets in them. */
export function Figures({ summary, connector }: { summary: Summary | undefined; connector: string | undefined }) {
  const connectors = useApi('/api/v1/connectors')
  if (!summary) return <Strip>{['Scopes complete and fresh', 'Assets in them', 'Permission gaps'].map((label) => <Figure key={label} label={label} value={undefined} of="" loading />)}</Strip>
  const { scopes, assets, budget } = summary
  const name = connectors.data?.find((each) => each.id === connector)?.name
  const list = (search: Record<string, string>) => path.coverage({ connector, ...search })
  const fleet = (q: string) => path.fleet({ q: terms(name && term('connector', name), q) })
  const incomplete = scopes.total - scopes.complete
  const whole = share(scopes.complete_fresh, scopes.total)
  const covered = share(assets.covered, assets.total)
  return (
    <Strip>
      <Figure label="Scopes complete and fresh" value={whole === undefined ? undefined : percent(whole)} state={whole === 100 ? 'ok' : 'warning'} to={list({ state: 'complete', freshness: 'fresh' })}
        of={<>{of(scopes.complete_fresh, scopes.total)} scopes{incomplete > 0 && <>; {plural(incomplete, 'scope')} not complete: <To to={list({ state: 'partial' })}>{count(scopes.partial)} incomplete</To>, <To to={list({ state: 'unlisted' })}>{count(scopes.unlisted)} not listed any more</To>, <To to={list({ state: 'never' })}>{count(scopes.never)} never</To></>}</>}
        unknown={scopes.unknown > 0 && <To to={list({ freshness: 'unknown' })}>{count(scopes.unknown)} unknown by age</To>}>
        <StackedBar label="Scopes by age" parts={ageParts(scopes)} />
      </Figure>
      <Figure label="Assets in them" value={covered === undefined ? undefined : percent(covered)} state={covered === 100 ? 'ok' : 'warning'} to={fleet('freshness:fresh listed:complete')}
        of={<>{of(assets.covered, assets.total)} assets; by age alone <To to={fleet('freshness:fresh')}>{count(assets.fresh)} fresh</To>, <To to={fleet('freshness:stale')}>{count(assets.stale)} stale</To></>}
        unknown={assets.unknown > 0 && <To to={fleet('freshness:unknown')}>{count(assets.unknown)} unknown by age</To>}>
        <StackedBar label="Assets by age" parts={ageParts(assets)} />
      </Figure>
      <Figure label="Permission gaps" value={scopes.total > 0 ? count(scopes.permission_gaps) : undefined} state={scopes.permission_gaps > 0 ? 'critical' : 'ok'} to={list({ gaps: 'true' })}
        of={<>of {plural(scopes.total, 'scope')} cannot be listed before somebody grants something. Stale after {count(budget.stale_hours)} h, unknown after {count(budget.unknown_hours)} h{summary.own_budgets > 0 && !connector && `, but for ${plural(summary.own_budgets, 'connector')} with a budget of its own`}.</>} />
    </Strip>
  )
}

function Strip({ children }: { children: React.ReactNode }) {
  return <div className="grid grid-cols-3 gap-x-8 gap-y-5 border-t border-line py-4 max-md:grid-cols-1">{children}</div>
}
