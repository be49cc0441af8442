import type { components } from '~/api/generated/schema'
import { type Part, StackedBar } from '~/charts/StackedBar'
import { BasisLine } from '~/components/Basis'
import { ErrorState } from '~/components/States'
import { urgencyParts } from '~/components/urgency-levels'
import { Link } from '~/ui/Link'
import { Skeleton } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { path } from '~/util/path-builder'
import type { State } from '~/util/states'
import { count } from '~/util/units'

type Summary = components['schemas']['VulnerabilityOverview']

/** How bad it is in one look: by urgency, by severity, and the three numbers that ask for a hand. */
export function Counts({ summary, error, retry, q }: { summary: Summary | undefined; error: unknown; retry: () => void; q?: string }) {
  if (error && !summary) return <ErrorState compact error={error} retry={retry} />
  if (!summary) return <div className="grid gap-2 border-t border-line py-3"><Skeleton className="h-3 w-full" /><Skeleton className="h-4 w-80" /><Skeleton className="h-4 w-96 max-w-full" /></div>
  const { counts, basis } = summary
  if (!counts) return <div className="border-t border-line py-3"><BasisLine basis={basis} /></div>
  const severity = (name: string, value: number, tone: Part['tone'], label = name): Part => ({ label, value, tone, to: path.vulnerabilities({ q, severity: name }) })
  const parts = [
    severity('critical', counts.critical, 'critical'), severity('high', counts.high, 'high'), severity('medium', counts.medium, 'warning'),
    { ...severity('low', counts.low, 'none', 'low or no risk'), to: path.vulnerabilities({ q, severity: 'low,none' }) }, severity('unknown', counts.unknown, 'unknown', 'not rated'),
  ]
  return (
    <div className="grid shrink-0 gap-1.5 border-t border-line py-3">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-8 gap-y-2 max-lg:grid-cols-1">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-4 gap-y-1.5 text-xs text-meta [&>dt]:-mt-0.5">
          <dt>Urgency</dt><dd><StackedBar label="Vulnerabilities by urgency" parts={urgencyParts(counts.urgency, q)} legend className="h-2.5" /></dd>
          <dt>Severity</dt><dd><StackedBar label="Vulnerabilities by severity" parts={parts} legend className="h-2.5" /></dd>
        </dl>
        <ul className="flex flex-wrap gap-x-5 gap-y-1">
          <Call state={counts.kev ? 'critical' : 'ok'} value={counts.kev} total={counts.total} words="known exploited" to={path.vulnerabilities({ q, kev: 'true' })} />
          <Call state={counts.breached ? 'critical' : 'ok'} value={counts.breached} total={counts.total} words="past their date" to={path.vulnerabilities({ q, sla: 'breached' })} />
          <Call state={counts.unfixable ? 'warning' : 'ok'} value={counts.unfixable} total={counts.total} words="without a fix" to={path.vulnerabilities({ q, fix: 'none' })} />
        </ul>
      </div>
      <BasisLine basis={basis} />
    </div>
  )
}

function Call({ state, value, total, words, to }: { state: State; value: number; total: number; words: string; to: string }) {
  return <li><Link to={to} className="num hover:underline"><StateBadge state={state}><strong className="font-semibold">{count(value)}</strong></StateBadge> {words} <span className="text-xs text-meta">of {count(total)}</span></Link></li>
}
