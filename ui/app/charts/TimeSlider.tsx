import { absolute } from '~/util/time'

interface Props { moments: { at: string; label: string }[]; value: number; onChange: (index: number) => void; label: string }

/** Half of the thumb: the browser keeps it inside of the track, and the marks stand where it stops. */
const THUMB = '[&::-webkit-slider-thumb]:size-3.5 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:bg-accent [&::-moz-range-thumb]:size-3.5 [&::-moz-range-thumb]:rounded-full [&::-moz-range-thumb]:border-0 [&::-moz-range-thumb]:bg-accent'

/** The moments at which something changed, one mark each; the browser's own slider carries keyboard and touch. */
export function TimeSlider({ moments, value, onChange, label }: Props) {
  const last = Math.max(moments.length - 1, 0)
  const shown = moments[value]
  return (
    <div className="grid gap-1">
      <div className="relative h-5">
        <div aria-hidden className="absolute inset-x-[7px] top-1/2 h-px bg-line-strong">
          {moments.map((moment, i) => <span key={moment.at} title={moment.label} style={{ left: `${last ? (i / last) * 100 : 50}%` }} className="absolute -top-1 h-2 w-px bg-meta" />)}
        </div>
        <input type="range" min={0} max={last} value={value} aria-label={label} disabled={last === 0}
          aria-valuetext={shown ? `${absolute(new Date(shown.at))}: ${shown.label}` : undefined}
          onChange={(event) => onChange(Number(event.target.value))} className={`absolute inset-0 m-0 w-full cursor-pointer appearance-none bg-transparent ${THUMB}`} />
      </div>
      {shown && <p className="num text-xs text-dim">{absolute(new Date(shown.at))} · {shown.label}{last > 0 && <span className="text-meta"> · moment {value + 1} of {last + 1}</span>}</p>}
    </div>
  )
}
