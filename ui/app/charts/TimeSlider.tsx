import { absolute } from '~/util/time'

interface Props { moments: { at: string; label: string }[]; value: number; onChange: (index: number) => void; label: string }

/** The moments at which something changed, on one line; the browser's own slider carries keyboard and touch. */
export function TimeSlider({ moments, value, onChange, label }: Props) {
  const times = moments.map((moment) => Date.parse(moment.at))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const place = (time: number) => (last > first ? ((time - first) / (last - first)) * 100 : 50)
  const shown = moments[value]
  return (
    <div className="grid gap-1">
      <div aria-hidden className="relative h-3 border-b border-line-strong">
        {moments.map((moment, i) => (
          <span key={moment.at} title={moment.label} style={{ left: `${place(times[i] ?? first)}%` }}
            className={`absolute bottom-0 w-0.5 -translate-x-1/2 ${i === value ? 'h-3 bg-accent' : 'h-2 bg-meta'}`} />
        ))}
      </div>
      <input type="range" min={0} max={Math.max(moments.length - 1, 0)} value={value} aria-label={label}
        aria-valuetext={shown ? `${absolute(new Date(shown.at))}: ${shown.label}` : undefined}
        onChange={(event) => onChange(Number(event.target.value))} className="w-full accent-[var(--accent)]" />
      {shown && <p className="num text-xs text-dim">{absolute(new Date(shown.at))} · {shown.label}</p>}
    </div>
  )
}
