import type { ReactNode } from 'react'
import { Skeleton } from '~/ui/Skeleton'
import { Link } from '~/ui/Link'
import { StateGlyph } from '~/ui/State'
import type { State } from '~/util/states'

interface Props {
  label: string
  /** Absent: not known, and drawn so. */
  value: ReactNode | undefined
  /** What the number is out of; a number without it is not shown anywhere. */
  of: ReactNode
  /** What it does not speak of. */
  unknown?: ReactNode
  state?: State
  stateWord?: string
  /** To exactly the list behind it. */
  to?: string
  children?: ReactNode
  loading?: boolean
}

/** A number with its denominator, its unknowns and a way in. */
export function Figure({ label, value, of, unknown, state, stateWord, to, children, loading }: Props) {
  const known = value !== undefined
  const shown = (
    <span className="num flex items-baseline gap-2 text-xl font-semibold">
      {loading ? <Skeleton className="h-9 w-28" /> : known ? value : <><StateGlyph state="unknown" className="size-4 self-center" /><span className="text-unknown">unknown</span></>}
      {!loading && known && state && state !== 'ok' && (
        <span className="inline-flex items-center gap-1 text-xs font-normal"><StateGlyph state={state} />{stateWord ?? state}</span>
      )}
    </span>
  )
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h2 className="text-xs text-meta">{label}</h2>
      {to ? <Link to={to} className="w-fit rounded-sm decoration-line-strong decoration-1 underline-offset-4 hover:underline"><span className="sr-only">{label}: </span>{shown}<span className="sr-only">, open the list</span></Link> : shown}
      {loading ? <div className="flex h-[1lh] items-center text-xs"><Skeleton className="h-2 w-full" /></div> : children}
      <p className="num min-h-[2lh] text-xs text-dim">{loading ? <Skeleton className="mt-1 h-3 w-40" /> : of}</p>
      {/* As far from the links above it as a finger needs; kept free while it is not known whether anything is unknown. */}
      {loading && <p className="mt-1.5 h-[1lh] text-xs" />}
      {unknown && !loading && <p className="num mt-1.5 flex items-center gap-1.5 text-xs text-unknown"><StateGlyph state="unknown" />{unknown}</p>}
    </div>
  )
}
