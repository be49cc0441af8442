import type { components } from '~/api/generated/schema'
import { StackedBar } from '~/charts/StackedBar'
import { Sparkline } from '~/charts/Sparkline'
import { driftParts } from '~/components/DriftWords'
import { Figure } from '~/components/Figure'
import { lagParts } from '~/components/lag'
import { urgencyParts } from '~/components/urgency-levels'
import { Link } from '~/ui/Link'
import { StateGlyph } from '~/ui/State'
import { path } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { count, days, of, percent, plural } from '~/util/units'

type Overview = components['schemas']['Overview']
type Trend = components['schemas']['DriftTrend']
type Past = components['schemas']['Trend']

const LABELS = ['Golden-image coverage', 'Patch lag, p90', 'Critical urgency', 'Known exploited', 'Security updates due']

/** The first line of the page: what is known, out of how much, and what is not. Each number opens exactly what it counts. */
export function Figures({ overview, trend, past }: { overview: Overview | undefined; trend: Trend | undefined; past: Past | undefined }) {
  if (!overview) return <Strip>{LABELS.map((label) => <Figure key={label} label={label} value={undefined} of="" loading />)}</Strip>
  return (
    <Strip>
      <Coverage overview={overview} trend={trend} />
      <Lag overview={overview} past={past} />
      <Urgent overview={overview} past={past} />
      <Exploited overview={overview} />
      <Updates overview={overview} />
    </Strip>
  )
}

function Strip({ children }: { children: React.ReactNode }) {
  return <div className="grid grid-cols-5 gap-x-8 gap-y-5 border-t border-line py-4 max-xl:grid-cols-3 max-lg:grid-cols-2 max-sm:grid-cols-1">{children}</div>
}

/** Assets that a number counts. */
const In = ({ q, sort, children }: { q: string; sort?: string; children: React.ReactNode }) => <Link to={path.fleet({ q, sort })} className="decoration-line-strong underline-offset-[3px] hover:underline">{children}</Link>

/** A bar with its course beside it, where there is one. */
function Course({ bar, label, points }: { bar: React.ReactNode; label: string; points: (number | null | undefined)[] }) {
  const known = points.filter((point) => point != null).length
  return <div className="flex h-[1lh] items-center gap-3 text-xs"><div className="grow">{bar}</div>{known > 1 && <Sparkline label={label} points={points} width={56} height={16} />}</div>
}

function Coverage({ overview: { drift, coverage }, trend }: { overview: Overview; trend: Trend | undefined }) {
  const aged = coverage.stale + coverage.unknown
  return (
    <Figure label="Golden-image coverage" value={drift.coverage_percent == null ? undefined : percent(drift.coverage_percent)} state={ragState(drift.rag)} to={path.fleet({ q: 'drift:current' })}
      of={<><In q="drift:current">{of(drift.current, drift.total)}</In> assets are current{aged > 0 && <>; <In q="freshness:stale">{count(coverage.stale)} confirmed late</In>, <In q="freshness:unknown">{count(coverage.unknown)} unknown by age</In></>}</>}
      unknown={drift.unknown + drift.unmanaged > 0 && <span><In q="drift:unknown">{count(drift.unknown)} unknown</In> · <In q="drift:unmanaged">{count(drift.unmanaged)} unmanaged</In></span>}>
      <Course bar={<StackedBar label="Drift" parts={driftParts(drift)} />} label="Coverage over 90 days, percent" points={trend?.points.map((point) => point.coverage_percent) ?? []} />
    </Figure>
  )
}

/** Of what nine in ten stay below: a median of nothing would call an estate fine of which nearly half is behind. */
const lagState = (p90: number | null | undefined) => ((p90 ?? 0) > 30 ? 'critical' : (p90 ?? 0) > 14 ? 'warning' : 'ok')

function Lag({ overview: { patch_lag: lag, assets }, past }: { overview: Overview; past: Past | undefined }) {
  const measured = lag.median_days != null
  const late = lag.critical > 0 ? { state: 'critical' as const, word: `${count(lag.critical)} for more than 30 d`, q: 'lag:critical' }
    : lag.warning > 0 ? { state: 'warning' as const, word: `${count(lag.warning)} for more than 14 d`, q: 'lag:warning' } : undefined
  const unknown = assets.total - lag.measured
  return (
    <Figure label="Patch lag, p90" value={lag.p90_days == null ? undefined : days(lag.p90_days)} to={measured ? path.fleet({ q: 'lag:newest,fresh,warning,critical', sort: 'drift_since' }) : undefined}
      state={lagState(lag.p90_days)}
      of={lag.measured === 0 ? `none of ${plural(assets.total, 'asset')} is linked to a version of an image`
        : <>{lag.median_days != null && `median ${days(lag.median_days)} · `}<In q="lag:fresh,warning,critical,undated">{of(lag.behind, lag.measured)}</In> behind{late && <>, <StateGlyph state={late.state} className="inline-block" /> <In q={late.q}>{late.word}</In></>}{lag.undated > 0 && <>, <In q="lag:undated">{count(lag.undated)} since nobody knows when</In></>}</>}
      unknown={unknown > 0 && <In q="lag:unknown">{count(unknown)} not measured</In>}>
      <Course bar={<StackedBar label="Patch lag" parts={lagParts({ ...lag, newest: lag.measured - lag.behind, unknown })} />} label="Patch lag over 90 days, p90 in days" points={past?.points.map((point) => point.patch_lag.p90_days) ?? []} />
    </Figure>
  )
}

/** How soon somebody has to act: severity, exploitation, exposure, criticality and share in one word. */
function Urgent({ overview: { findings, assets }, past }: { overview: Overview; past: Past | undefined }) {
  const { urgency, vulnerabilities } = findings
  const judged = findings.assets_judged ?? 0
  return (
    <Figure label="Open, of critical urgency" value={urgency && judged > 0 ? count(urgency.critical) : undefined} state={urgency?.critical ? 'critical' : urgency?.high ? 'warning' : 'ok'} to={path.vulnerabilities({ urgency: 'critical' })}
      of={urgency && judged > 0 ? <>of <Link to={path.vulnerabilities()} className="hover:underline">{plural(vulnerabilities ?? 0, 'open vulnerability')}</Link>; <Link to={path.vulnerabilities({ urgency: 'high' })} className="hover:underline">{count(urgency.high)} high</Link></> : findings.feeds_as_of ? `none of ${plural(assets.total, 'asset')} was judged` : 'no feed was imported yet'}
      unknown={(urgency?.unknown ?? 0) > 0 && <Link to={path.vulnerabilities({ urgency: 'unknown' })} className="hover:underline">{count(urgency?.unknown ?? 0)} of unknown urgency</Link>}>
      <Course bar={<StackedBar label="Vulnerabilities by urgency" parts={urgency ? urgencyParts(urgency) : []} />} label="Critical urgency over 90 days" points={past?.points.map((point) => point.findings?.urgency.critical) ?? []} />
    </Figure>
  )
}

function Exploited({ overview: { findings, assets } }: { overview: Overview }) {
  const judged = findings.assets_judged ?? 0
  const known = judged > 0
  const [on, affected] = [findings.assets_exploited ?? 0, findings.assets_affected ?? 0]
  const parts = [
    { label: 'with an exploited vulnerability', value: on, tone: 'critical' as const },
    { label: 'with another one', value: affected - on, tone: 'warning' as const },
    { label: 'judged, none found', value: judged - affected, tone: 'ok' as const },
    { label: 'not judged', value: assets.total - judged, tone: 'unknown' as const },
  ]
  return (
    <Figure label="Known exploited vulnerabilities" value={known ? count(findings.known_exploited ?? 0) : undefined} state={findings.known_exploited ? 'critical' : 'ok'} to={path.vulnerabilities({ kev: 'true' })}
      of={known ? <>on <In q="findings:exploited">{of(on, judged)}</In> judged assets</> : findings.feeds_as_of ? `none of ${plural(assets.total, 'asset')} was judged` : 'no feed was imported yet'}
      unknown={judged < assets.total && <In q="findings:unknown">{plural(assets.total - judged, 'asset')} not judged</In>}>
      <StackedBar label="Assets by vulnerability" parts={parts} />
    </Figure>
  )
}

function Updates({ overview: { security_updates: updates } }: { overview: Overview }) {
  const parts = [
    { label: 'with updates due', value: updates.assets_pending, tone: 'warning' as const },
    { label: 'up to date', value: updates.known - updates.assets_pending, tone: 'ok' as const },
    { label: 'not asked', value: updates.unknown, tone: 'unknown' as const },
  ]
  return (
    <Figure label="Security updates due" value={updates.known ? count(updates.updates) : undefined} state={updates.updates ? 'warning' : 'ok'} to={path.fleet({ q: 'updates:due', sort: '-pending_security' })}
      of={updates.known ? <>on <In q="updates:due" sort="-pending_security">{of(updates.assets_pending, updates.known)}</In> assets whose package manager answered</> : 'no package manager answered'}
      unknown={updates.unknown > 0 && <In q="updates:unknown">{count(updates.unknown)} unknown</In>}>
      <StackedBar label="Assets by pending updates" parts={parts} />
    </Figure>
  )
}
