import type { ReactNode } from 'react'
import { cx } from '~/util/class'
import type { State } from '~/util/states'

const COLOUR: Record<State, string> = {
  ok: 'text-ok', warning: 'text-warning', critical: 'text-critical', unknown: 'text-unknown', stale: 'text-unknown',
  simulated: 'text-simulated', progress: 'text-progress',
}

/** The shape tells the state without its colour: ● ▲ ◆ ◌ ◔ ▒ ◐. */
const SHAPE: Record<State, ReactNode> = {
  ok: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  warning: <path d="M6 1.5 11 10.5H1z" fill="currentColor" />,
  critical: <path d="M6 .8 11.2 6 6 11.2.8 6z" fill="currentColor" />,
  unknown: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="1.8 1.5" />,
  stale: <><circle cx="6" cy="6" r="4.3" fill="none" stroke="currentColor" strokeWidth="1.2" /><path d="M6 6V1.7A4.3 4.3 0 0 1 10.3 6z" fill="currentColor" /></>,
  simulated: <path d="M1 2h2v2H1zm4 0h2v2H5zm4 0h2v2H9zM3 5h2v2H3zm4 0h2v2H7zM1 8h2v2H1zm4 0h2v2H5zm4 0h2v2H9z" fill="currentColor" />,
  progress: <><circle cx="6" cy="6" r="4.3" fill="none" stroke="currentColor" strokeWidth="1.2" /><path d="M6 1.7a4.3 4.3 0 0 0 0 8.6z" fill="currentColor" /></>,
}

/** Always beside a word; alone only where the word is the column. */
export function StateGlyph({ state, className }: { state: State; className?: string }) {
  return (
    <svg viewBox="0 0 12 12" aria-hidden className={cx('inline-block size-3 shrink-0', COLOUR[state], className)}>
      {SHAPE[state]}
    </svg>
  )
}

/** Glyph and word. */
export function StateBadge({ state, children, className }: { state: State; children: ReactNode; className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-1.5 whitespace-nowrap', COLOUR[state], className)}>
      <StateGlyph state={state} />
      {children}
    </span>
  )
}

export const stateColour = (state: State) => COLOUR[state]

/** Made-up data says so wherever it appears. */
export function SimulatedBadge({ compact = false }: { compact?: boolean }) {
  return (
    <span title="Simulated: made up by the simulator, not a real asset"
      className="inline-flex items-center gap-1 rounded-sm border border-dotted border-simulated px-1 text-xs leading-[16px] text-simulated">
      <StateGlyph state="simulated" className="size-2.5" />
      <span className={compact ? 'sr-only' : undefined}>simulated</span>
    </span>
  )
}

/** What is not known: named, never blank. */
export function Unknown({ why }: { why?: string }) {
  return <StateBadge state="unknown"><span title={why}>unknown</span></StateBadge>
}
