import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'

interface Props { points: (number | null | undefined)[]; label: string; width?: number; height?: number; domain?: [number, number] }

/** A line without axes; gaps where nothing is known. Its name says first, last and range. */
export function Sparkline({ points, label, width = 120, height = 24, domain }: Props) {
  const known = points.filter((point): point is number => point !== null && point !== undefined)
  const [low, high] = domain ?? [Math.min(...known), Math.max(...known)]
  const x = scaleLinear([0, Math.max(points.length - 1, 1)], [1, width - 3])
  const y = scaleLinear([low, high === low ? low + 1 : high], [height - 3, 3])
  const path = line<number | null | undefined>().defined((point) => point !== null && point !== undefined).x((_, i) => x(i)).y((point) => y(point ?? 0))(points)
  const last = points.at(-1)
  const words = known.length ? `from ${known[0]} to ${known.at(-1)}, lowest ${Math.min(...known)}, highest ${Math.max(...known)}` : 'no history yet'
  return (
    <svg role="img" aria-label={`${label}: ${words}`} width={width} height={height} className="block max-w-full text-dim">
      <title>{`${label}: ${words}`}</title>
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--line)" />
      {known.length > 1 && path && <path d={path} fill="none" stroke="currentColor" strokeWidth="1.25" />}
      {last !== null && last !== undefined && <circle cx={x(points.length - 1)} cy={y(last)} r="2" fill="currentColor" />}
    </svg>
  )
}
