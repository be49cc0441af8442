import { arc } from 'd3-shape'
import { useId } from 'react'
import type { components } from '~/api/generated/schema'
import { Popover } from '~/ui/Popover'
import { StateGlyph, Unknown } from '~/ui/State'
import { severityState } from '~/util/states'
import { percent } from '~/util/units'

export type Finding = components['schemas']['VulnerabilitySummary']
/** Of the estate, of an asset, or of an image. */
type Rated = Pick<Finding, 'id' | 'urgency' | 'cvss' | 'epss' | 'kev'>
type Part = components['schemas']['UrgencyPart']

const FULL = 100
const NAMES: Record<string, string> = { cvss: 'Severity, CVSS', epss: 'Chance of exploitation, EPSS', kev: 'Known exploited, KEV', exposure: 'Exposure', criticality: 'Criticality', fleet_share: 'Share of the estate' }
const EXPOSURE = ['isolated', 'internal only', 'reachable from the internet']
const CRITICALITY = ['none', 'low', 'medium', 'high', 'critical']

/** What a part rests on, in words; undefined is unknown. */
function words({ factor, value }: Part, { cvss, epss, kev }: Rated): string | undefined {
  if (value === null || value === undefined) return undefined
  if (factor === 'cvss') return cvss ? `${cvss.score.toFixed(1)} of 10` : `${(value * 10).toFixed(1)} of 10`
  if (factor === 'epss') return kev ? 'certain: it is known to be exploited' : epss ? `${percent(epss.score * FULL, 2)} within 30 d` : undefined
  if (factor === 'kev') return kev ? `listed since ${kev.date_added}` : 'not listed'
  if (factor === 'exposure') return EXPOSURE[Math.round(value * 2)]
  if (factor === 'criticality') return CRITICALITY[Math.round(value * 4)]
  return percent(value * value * FULL)
}

/** The parts that are known first, so that what is certain lies together. */
const ordered = (parts: Part[]) => [...parts].sort((a, b) => Number(a.value == null) - Number(b.value == null) || b.points - a.points)
const shade = (index: number) => 0.92 - index * 0.13

const says = ({ score, level, least, most, confidence }: Finding['urgency']) =>
  `Urgency ${score.toFixed(0)} of ${FULL}, ${level ?? 'too little of it is known for a word'}${confidence < 0.999 ? `, between ${least.toFixed(0)} and ${most.toFixed(0)} with what is not known` : ''}`

/** The number and what is certain of it; its parts are a click away. */
export function UrgencyScore({ finding }: { finding: Rated }) {
  const { urgency } = finding
  return (
    <Popover align="start" label={`Urgency of ${finding.id}`} trigger={
      <button type="button" aria-label={`${says(urgency)}: open its parts`} className="num inline-flex items-center gap-2 rounded-sm hover:bg-sunken">
        <span className="w-6 text-right">{urgency.score.toFixed(0)}</span><Range urgency={urgency} /><StateGlyph state={severityState(urgency.level)} />
      </button>}>
      <p className="mb-2 font-semibold">{says(urgency)}</p>
      <UrgencyParts finding={finding} />
    </Popover>
  )
}

/** Solid as far as it is certain, hatched as far as it may be, a line where it is assumed. */
function Range({ urgency: { score, least, most } }: { urgency: Finding['urgency'] }) {
  return (
    <span aria-hidden className="relative block h-2 w-16 overflow-hidden rounded-[2px] bg-sunken">
      <span className="hatch absolute inset-y-0" style={{ left: `${least}%`, width: `${most - least}%` }} />
      <span className="absolute inset-y-0 left-0 bg-dim" style={{ width: `${least}%` }} />
      <span className="absolute inset-y-0 w-0.5 bg-text" style={{ left: `${Math.min(score, FULL - 3)}%` }} />
    </span>
  )
}

export function UrgencyParts({ finding }: { finding: Rated }) {
  const parts = ordered(finding.urgency.parts)
  const lift = finding.urgency.score - parts.reduce((sum, part) => sum + part.points, 0)
  return (
    <table className="num w-full text-xs">
      <caption className="sr-only">{`Parts of the urgency of ${finding.id}`}</caption>
      <thead className="text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col" className="text-left">Part</th><th scope="col" className="text-left">Here</th><th scope="col" className="text-right">Points</th></tr></thead>
      <tbody>
        {parts.map((part, index) => (
          <tr key={part.factor} className="border-t border-line [&>*]:py-1.5 [&>*]:align-top">
            <th scope="row" className="pr-2 text-left font-normal">
              <span aria-hidden className={`mr-1.5 inline-block size-2 rounded-[1px] ${part.value == null ? 'hatch' : 'bg-text'}`} style={part.value == null ? undefined : { opacity: shade(index) }} />
              {NAMES[part.factor] ?? part.factor}
            </th>
            <td className="pr-2 text-dim">{words(part, finding) ?? <Unknown why="An unknown part counts as half" />}</td>
            <td className="text-right whitespace-nowrap">{part.points.toFixed(1)} <span className="text-meta">of {(part.weight * FULL).toFixed(0)}</span></td>
          </tr>
        ))}
        {lift > 0.05 && <tr className="border-t border-line [&>*]:py-1.5"><th scope="row" className="text-left font-normal">Lifted</th><td className="text-dim">what is exploited never ranks lower</td><td className="text-right">{lift.toFixed(1)}</td></tr>}
      </tbody>
    </table>
  )
}

const SIZE = 176
const [INNER, OUTER] = [64, 82]
const [FROM, TO] = [-0.75 * Math.PI, 0.75 * Math.PI]
const angle = (points: number) => FROM + ((TO - FROM) * Math.max(0, Math.min(points, FULL))) / FULL
const ring = (from: number, to: number) => arc()({ innerRadius: INNER, outerRadius: OUTER, startAngle: angle(from), endAngle: angle(to), padAngle: 0.012 }) ?? ''

/** Each part is as long as its points; what is not known is hatched, as far as it may reach. */
export function UrgencyDial({ finding }: { finding: Rated }) {
  const id = useId().replaceAll(':', '')
  const { score, most, confidence, parts } = finding.urgency
  const sum = (list: Part[]) => list.reduce((all, part) => all + part.points, 0)
  const arcs = ordered(parts).map((part, index, all) => {
    const from = sum(all.slice(0, index))
    return { ...part, from, to: from + part.points, opacity: shade(index) }
  })
  return (
    <svg role="img" aria-label={says(finding.urgency)} viewBox={`${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE - 18}`} width={SIZE} height={SIZE - 18} className="mx-auto block shrink-0">
      <defs><pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--sunken)" /><rect width="1.8" height="5" fill="var(--hatch)" /></pattern></defs>
      <path d={ring(0, FULL)} fill="var(--sunken)" />
      {most > score && <path d={ring(score, most)} fill={`url(#${id})`} opacity="0.55" />}
      {arcs.map((part) => <path key={part.factor} d={ring(part.from, part.to)} fill={part.value == null ? `url(#${id})` : 'var(--text)'} opacity={part.value == null ? 1 : part.opacity}><title>{`${NAMES[part.factor] ?? part.factor}: ${part.points.toFixed(1)}`}</title></path>)}
      <line x1="0" x2="0" y1={-INNER + 4} y2={-OUTER - 4} stroke="var(--text)" strokeWidth="2" transform={`rotate(${(angle(score) * 180) / Math.PI})`} />
      <text textAnchor="middle" y="6" fontSize="34" fontWeight="600" fill="var(--text)" className="num">{score.toFixed(0)}</text>
      <text textAnchor="middle" y="26" fontSize="12" fill="var(--meta)">of {FULL} · {finding.urgency.level ?? 'unknown'}</text>
      <text textAnchor="middle" y="62" fontSize="12" fill="var(--meta)" className="num">{percent(confidence * FULL, 0)} known</text>
    </svg>
  )
}
