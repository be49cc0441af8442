import type { components } from '~/api/generated/schema'
import { StackedBar, type Part } from '~/charts/StackedBar'
import { driftParts } from '~/components/DriftWords'
import { Figure } from '~/components/Figure'
import { lagParts, measured } from '~/components/lag'
import { path, terms } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { count, of, percent, plural } from '~/util/units'

type Summary = components['schemas']['DriftSummary']

/** How much of the estate runs what it should, how long the rest has not, and how bad it is. Each part opens its list. */
export function Tallies({ summary, q }: { summary: Summary | undefined; q?: string }) {
  return (
    <div className="grid shrink-0 grid-cols-3 gap-x-8 gap-y-4 border-t border-line py-3 max-lg:grid-cols-1">
      {summary ? <><States summary={summary} q={q} /><Ages summary={summary} q={q} /><Severities summary={summary} q={q} /></>
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

function Ages({ summary: { ages, total }, q }: { summary: Summary; q?: string }) {
  const known = measured(ages)
  const to = (filter: string) => path.drift({ q: terms(q, filter) })
  return (
    <Figure label="Behind for more than 30 d" value={known > 0 ? count(ages.critical) : undefined} state={ages.critical ? 'critical' : ages.warning ? 'warning' : 'ok'} stateWord={ages.critical ? 'too old' : undefined} to={known > 0 ? to('lag:critical') : undefined}
      of={known > 0 ? `of ${plural(known, 'asset')} whose place in their image family is known` : `none of ${plural(total.total, 'asset')} is linked to a version of an image`}>
      <StackedBar label="Assets by how long a newer version is out" parts={lagParts(ages, to)} legend />
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
