import type { components } from '~/api/generated/schema'
import { StackedBar, type Part } from '~/charts/StackedBar'
import { driftParts } from '~/components/DriftWords'
import { Figure } from '~/components/Figure'
import { path } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { count, of, percent } from '~/util/units'

type Summary = components['schemas']['DriftSummary']

/** How much of the estate runs what it should, how long the rest has not, and how bad it is. Each part opens its list. */
export function Tallies({ summary, q }: { summary: Summary | undefined; q?: string }) {
  return (
    <div className="grid shrink-0 grid-cols-3 gap-x-8 gap-y-4 border-t border-line py-3 max-lg:grid-cols-1">
      {summary ? <><States summary={summary} q={q} /><Ages summary={summary} /><Severities summary={summary} q={q} /></>
        : ['Golden-image coverage', 'Behind for more than 30 d', 'Critical drift'].map((label) => <Figure key={label} label={label} value={undefined} of="" loading />)}
    </div>
  )
}

const only = (q: string | undefined, filter: { state?: string; severity?: string; sort?: string }) => path.drift({ q, ...filter })

function States({ summary: { total, simulated }, q }: { summary: Summary; q?: string }) {
  const parts = driftParts(total).map((part): Part => ({ ...part, to: only(q, { state: part.label }) }))
  return (
    <Figure label="Golden-image coverage" value={total.coverage_percent == null ? undefined : percent(total.coverage_percent)} state={ragState(total.rag)} to={only(q, { state: 'current' })}
      of={`${of(total.current, total.total)} assets are current${simulated.total > 0 ? ` · ${count(simulated.total)} simulated` : ''}`} unknown={total.unknown + total.unmanaged > 0 && `${count(total.unknown)} unknown · ${count(total.unmanaged)} unmanaged`}>
      <StackedBar label="Assets by drift" parts={parts} legend />
    </Figure>
  )
}

function Ages({ summary: { ages, total } }: { summary: Summary }) {
  const behind = ages.fresh + ages.warning + ages.critical
  const parts: Part[] = [
    { label: 'up to 14 d', value: ages.fresh, tone: 'ahead' }, { label: '14 to 30 d', value: ages.warning, tone: 'warning' }, { label: 'more than 30 d', value: ages.critical, tone: 'critical' },
  ]
  return (
    <Figure label="Behind for more than 30 d" value={count(ages.critical)} state={ages.critical ? 'critical' : ages.warning ? 'warning' : 'ok'} stateWord={ages.critical ? 'too old' : undefined}
      of={`of ${count(behind)} whose image has a newer version, among ${count(total.total)} assets`}>
      <StackedBar label="Assets behind, by how long a newer version is out" parts={parts} legend />
    </Figure>
  )
}

function Severities({ summary: { severities, total }, q }: { summary: Summary; q?: string }) {
  const part = (label: keyof typeof severities, tone: Part['tone']): Part => ({ label, value: severities[label], tone, to: only(q, { severity: label }) })
  return (
    <Figure label="Critical drift" value={count(severities.critical)} state={severities.critical ? 'critical' : severities.high ? 'warning' : 'ok'} to={only(q, { severity: 'critical' })}
      of={`${of(severities.critical, total.total)} assets, by their worst difference or the age of their image`}>
      <StackedBar label="Assets by severity of drift" parts={[part('critical', 'critical'), part('high', 'high'), part('medium', 'warning'), part('low', 'ahead'), part('none', 'none')]} legend />
    </Figure>
  )
}
