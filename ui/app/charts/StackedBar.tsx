import { Link } from '~/ui/Link'
import { cx } from '~/util/class'
import { count, percent, share } from '~/util/units'

export type Tone = 'ok' | 'ahead' | 'warning' | 'high' | 'critical' | 'none' | 'unknown' | 'accent'
export interface Part { label: string; value: number; tone: Tone; to?: string }

export const TONE: Record<Tone, string> = {
  ok: 'bg-ok-fill', ahead: 'bg-progress', warning: 'bg-warning-fill', high: 'bg-critical-fill/55', critical: 'bg-critical-fill',
  none: 'bg-sunken shadow-[inset_0_0_0_1px_var(--line-strong)]', unknown: 'hatch', accent: 'bg-dim',
}

/** Parts of a whole. The words are in its name and, with `legend`, beside it. */
export function StackedBar({ parts, label, legend, className = 'h-2' }: { parts: Part[]; label: string; legend?: boolean; className?: string }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0)
  const shown = parts.filter((part) => part.value > 0)
  const words = shown.map((part) => `${count(part.value)} ${part.label}`).join(', ')
  return (
    <div>
      <div role="img" aria-label={`${label}: ${words || 'nothing'} of ${count(total)}`} className={cx('flex w-full gap-px overflow-hidden rounded-[2px]', className, total === 0 && 'hatch')}>
        {shown.map((part) => (
          <span key={part.label} title={`${part.label}: ${count(part.value)} (${percent(share(part.value, total) ?? 0)})`}
            style={{ flexGrow: part.value }} className={cx('min-w-[2px] basis-0', TONE[part.tone])} />
        ))}
      </div>
      {legend && <Legend parts={parts} />}
    </div>
  )
}

export function Legend({ parts }: { parts: Part[] }) {
  return (
    <ul className={cx('num flex flex-wrap gap-x-4 text-xs text-dim', parts.some((part) => part.to) ? 'mt-0.5' : 'mt-1.5 gap-y-1')}>
      {parts.map((part) => (
        <li key={part.label} className="flex items-center gap-1.5">
          <span aria-hidden className={cx('size-2 rounded-[1px]', TONE[part.tone])} />
          {part.to ? <Link to={part.to} className="inline-flex min-h-7 items-center hover:underline">{part.label} {count(part.value)}</Link> : <>{part.label} {count(part.value)}</>}
        </li>
      ))}
    </ul>
  )
}

/** One share of a whole. */
export function Bar({ value, total, label, tone = 'accent', className = 'h-1.5' }: { value: number; total: number; label: string; tone?: Tone; className?: string }) {
  return (
    <div role="img" aria-label={`${label}: ${count(value)} of ${count(total)}`} className={cx('w-full overflow-hidden rounded-[2px] bg-sunken', className)}>
      <div className={cx('h-full', TONE[tone])} style={{ width: `${share(value, total) ?? 0}%` }} />
    </div>
  )
}
