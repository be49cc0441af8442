import type { components } from '~/api/generated/schema'
import { StackedBar } from '~/charts/StackedBar'
import { Sparkline } from '~/charts/Sparkline'
import { driftParts } from '~/components/DriftWords'
import { Figure } from '~/components/Figure'
import { path } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { count, days, of, percent } from '~/util/units'

type Overview = components['schemas']['Overview']
type Trend = components['schemas']['DriftTrend']
type Past = components['schemas']['Trend']

/** The first line of the page: what is known, out of how much, and what is not. */
export function Figures({ overview, trend, past }: { overview: Overview | undefined; trend: Trend | undefined; past: Past | undefined }) {
  if (!overview) return <Strip>{['Golden-image coverage', 'Patch lag, median', 'Known exploited', 'Security updates due'].map((label) => <Figure key={label} label={label} value={undefined} of="" loading />)}</Strip>
  return (
    <Strip>
      <Coverage overview={overview} trend={trend} />
      <Lag overview={overview} past={past} />
      <Exploited overview={overview} />
      <Updates overview={overview} />
    </Strip>
  )
}

function Strip({ children }: { children: React.ReactNode }) {
  return <div className="grid grid-cols-4 gap-x-8 gap-y-5 border-t border-line py-4 max-lg:grid-cols-2 max-sm:grid-cols-1">{children}</div>
}

function Coverage({ overview, trend }: { overview: Overview; trend: Trend | undefined }) {
  const { drift } = overview
  const known = trend?.points.map((point) => point.coverage_percent) ?? []
  return (
    <Figure label="Golden-image coverage" value={drift.coverage_percent == null ? undefined : percent(drift.coverage_percent)} state={ragState(drift.rag)}
      to={path.fleet({ q: '-drift:current', sort: 'drift_since' })} of={`${of(drift.current, drift.total)} assets are current`} unknown={drift.unknown + drift.unmanaged > 0 && `${count(drift.unknown)} unknown · ${count(drift.unmanaged)} unmanaged`}>
      <div className="flex items-center gap-3">
        <div className="grow"><StackedBar label="Drift" parts={driftParts(drift)} /></div>
        {known.filter((point) => point != null).length > 1 && <Sparkline label="Coverage over 90 days, percent" points={known} width={72} height={16} />}
      </div>
    </Figure>
  )
}

function Lag({ overview, past }: { overview: Overview; past: Past | undefined }) {
  const p90 = past?.points.map((point) => point.patch_lag.p90_days) ?? []
  const { patch_lag: lag, assets } = overview
  const measured = lag.median_days != null
  const parts = [
    { label: 'on the newest', value: lag.measured - lag.behind, tone: 'ok' as const },
    { label: 'behind up to 14 d', value: lag.behind - lag.warning - lag.critical, tone: 'ahead' as const },
    { label: 'behind 14 to 30 d', value: lag.warning, tone: 'warning' as const },
    { label: 'behind more than 30 d', value: lag.critical, tone: 'critical' as const },
    { label: 'not measured', value: assets.total - lag.measured, tone: 'unknown' as const },
  ]
  return (
    <Figure label="Patch lag, median" value={measured ? days(lag.median_days ?? 0) : undefined} state={lag.critical ? 'critical' : lag.warning ? 'warning' : 'ok'} stateWord={`${count(lag.critical)} for more than 30 d`}
      to={path.fleet({ q: 'drift:outdated', sort: 'drift_since' })} of={measured ? `p90 ${days(lag.p90_days ?? 0)} · ${of(lag.behind, lag.measured)} behind` : `${of(0, assets.total)} assets are linked to an image`}
      unknown={lag.measured < assets.total && `${count(assets.total - lag.measured)} not measured`}>
      <div className="flex items-center gap-3">
        <div className="grow"><StackedBar label="Patch lag" parts={parts} /></div>
        {p90.filter((point) => point != null).length > 1 && <Sparkline label="Patch lag over 90 days, p90 in days" points={p90} width={72} height={16} />}
      </div>
    </Figure>
  )
}

function Exploited({ overview }: { overview: Overview }) {
  const { findings, assets } = overview
  const judged = findings.assets_judged ?? 0
  const known = findings.known_exploited != null
  const parts = [
    { label: 'affected by a vulnerability', value: findings.assets_affected ?? 0, tone: 'warning' as const },
    { label: 'judged, none found', value: judged - (findings.assets_affected ?? 0), tone: 'ok' as const },
    { label: 'not judged', value: assets.total - judged, tone: 'unknown' as const },
  ]
  return (
    <Figure label="Known exploited vulnerabilities" value={known ? count(findings.known_exploited ?? 0) : undefined} state={findings.known_exploited ? 'critical' : 'ok'} stateWord="exploited in the wild"
      of={known ? `of ${count(findings.vulnerabilities ?? 0)} open, on ${of(findings.assets_affected ?? 0, judged)} judged` : 'no feed was imported yet'}
      unknown={judged < assets.total && `${count(assets.total - judged)} assets not judged`}>
      <StackedBar label="Assets by vulnerability" parts={parts} />
    </Figure>
  )
}

function Updates({ overview }: { overview: Overview }) {
  const { security_updates: updates } = overview
  const parts = [
    { label: 'with updates due', value: updates.assets_pending, tone: 'warning' as const },
    { label: 'up to date', value: updates.known - updates.assets_pending, tone: 'ok' as const },
    { label: 'not asked', value: updates.unknown, tone: 'unknown' as const },
  ]
  return (
    <Figure label="Security updates due" value={updates.known ? count(updates.updates) : undefined} state={updates.updates ? 'warning' : 'ok'} stateWord={`on ${count(updates.assets_pending)}`}
      to={path.fleet({ sort: '-pending_security' })} of={`package manager answered on ${of(updates.known, updates.known + updates.unknown)} assets`} unknown={updates.unknown > 0 && `${count(updates.unknown)} unknown`}>
      <StackedBar label="Assets by pending updates" parts={parts} />
    </Figure>
  )
}
