import { scaleLinear, scaleTime } from 'd3-scale'
import { area, stack } from 'd3-shape'
import { useEffect, useId, useRef, useState } from 'react'
import { StateBadge, Unknown } from '~/ui/State'
import { count } from '~/util/units'
import { Legend, type Tone } from './StackedBar'

export interface Series { key: string; label: string; tone: Tone }
/** Without values: not known that day. `total` is what they are out of, where they are no whole themselves. */
export interface TrendPoint { day: string; values: Record<string, number> | undefined; total?: number }
interface Props { points: TrendPoint[]; series: Series[]; label: string; unit: string; height?: number; /** Why the first days are not known. */ unknown?: string }

const FILL: Record<Tone, string> = {
  ok: 'var(--ok-fill)', ahead: 'var(--progress)', warning: 'var(--warning-fill)', critical: 'var(--critical-fill)', high: 'color-mix(in srgb, var(--critical-fill) 55%, transparent)',
  none: 'var(--sunken)', unknown: 'url(#HATCH)', accent: 'var(--dim)',
}
const LEFT = 48
const BOTTOM = 20
const TABLE_ROWS_MAX = 31

/** Stacked areas over days, hatched where nothing is known. The same numbers are a table one click away, and the pointer reads any day. */
export function TrendChart({ points, series, label, unit, height = 180, unknown = 'not known' }: Props) {
  const id = useId().replaceAll(':', '')
  const [box, width] = useWidth()
  const [at, setAt] = useState<number>()
  const [table, setTable] = useState(false)
  const moments = points.map((point) => new Date(`${point.day}T00:00:00Z`))
  const blank = Math.max(0, points.findIndex((point) => point.values))
  const known = points.slice(blank)
  const layers = stack<TrendPoint>().keys(series.map((each) => each.key)).value((point, key) => point.values?.[key] ?? 0)(known)
  const top = Math.max(1, ...layers.flatMap((layer) => layer.map((step) => step[1])))
  const x = scaleTime([moments[0] ?? new Date(0), moments.at(-1) ?? new Date(1)], [LEFT, Math.max(width - 4, LEFT + 1)])
  const y = scaleLinear([0, top], [height - BOTTOM, 6]).nice(4)
  const shape = area<[number, number]>().x((_, i) => x(moments[blank + i] ?? 0)).y0((step) => y(step[0])).y1((step) => y(step[1]))
  const shown = points[at ?? points.length - 1]
  const legend = series.map((each) => ({ label: each.label, tone: each.tone, value: shown?.values?.[each.key] ?? 0 }))
  const read = (clientX: number, left: number) => {
    const moment = x.invert(clientX - left).getTime()
    setAt(moments.reduce((best, each, i) => (Math.abs(each.getTime() - moment) < Math.abs((moments[best]?.getTime() ?? 0) - moment) ? i : best), 0))
  }
  return (
    <figure ref={box} className="min-w-0">
      {!table && width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height} className="block text-meta"
          onPointerMove={(event) => read(event.clientX, event.currentTarget.getBoundingClientRect().left)} onPointerLeave={() => setAt(undefined)}>
          <defs><pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="var(--sunken)" /><rect width="1.5" height="5" fill="var(--hatch)" /></pattern></defs>
          {y.ticks(4).map((tick) => (
            <g key={tick}>
              <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
              <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end" fontSize="12" fill="currentColor" className="num">{count(tick)}</text>
            </g>
          ))}
          {layers.map((layer, i) => (
            <path key={layer.key} d={shape(layer as unknown as [number, number][]) ?? ''} fill={FILL[series[i]?.tone ?? 'none'].replace('HATCH', id)} stroke="var(--bg)" strokeWidth="0.5" />
          ))}
          {blank > 0 && <rect x={LEFT} y="6" width={Math.max(1, x(moments[blank] ?? 0) - LEFT)} height={height - BOTTOM - 6} fill={`url(#${id})`} opacity="0.5"><title>{unknown}</title></rect>}
          {x.ticks(Math.max(2, Math.floor(width / 120))).map((tick) => (
            <text key={tick.getTime()} x={Math.min(x(tick), width - 20)} y={height - 4} textAnchor="middle" fontSize="12" fill="currentColor" className="num">{tick.toISOString().slice(5, 10)}</text>
          ))}
          {at !== undefined && moments[at] && <line x1={x(moments[at])} x2={x(moments[at])} y1="6" y2={height - BOTTOM} stroke="var(--text)" />}
        </svg>
      )}
      {table && <TrendTable points={points} series={series} label={label} unknown={unknown} />}
      <figcaption className="flex flex-wrap items-baseline gap-x-3">
        <span className="num text-xs text-meta">{shown?.day} UTC · {unit}{shown?.values && shown.total !== undefined && ` of ${count(shown.total)}`}</span>
        {shown?.values ? <Legend parts={legend} /> : <StateBadge state="unknown"><span className="text-xs">{unknown}</span></StateBadge>}
        {shown?.values && blank > 0 && <span className="text-xs text-unknown">before {points[blank]?.day}: {unknown}</span>}
        <button type="button" className="ml-auto text-xs text-dim underline hover:text-text" onClick={() => setTable(!table)}>{table ? 'Show as chart' : 'Show as table'}</button>
      </figcaption>
    </figure>
  )
}

function TrendTable({ points, series, label, unknown }: Pick<Props, 'points' | 'series' | 'label' | 'unknown'>) {
  const rows = points.slice(-TABLE_ROWS_MAX).reverse()
  return (
    <div className="max-h-72 overflow-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="num w-full text-right text-xs">
        <thead><tr className="text-meta"><th scope="col" className="py-1 text-left font-normal">Day</th>{series.map((each) => <th key={each.key} scope="col" className="font-normal">{each.label}</th>)}</tr></thead>
        <tbody>{rows.map((point) => <tr key={point.day} className="border-t border-line"><th scope="row" className="py-1 text-left font-normal">{point.day}</th>{point.values ? series.map((each) => <td key={each.key}>{count(point.values?.[each.key] ?? 0)}</td>) : <td colSpan={series.length}><Unknown why={unknown} /></td>}</tr>)}</tbody>
      </table>
    </div>
  )
}

export function useWidth() {
  const box = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!box.current) return
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)))
    watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  return [box, width] as const
}
