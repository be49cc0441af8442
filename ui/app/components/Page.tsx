import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { RelativeTime } from './RelativeTime'
import { Text } from '~/ui/Text'

interface Props {
  title: string
  /** `10 001 assets`. */
  count?: ReactNode
  asOf?: string
  filters?: ReactNode
  actions?: ReactNode
  badge?: ReactNode
}

/** A heading with the focus went, and none has taken it since. */
let focusLeft = false

/** A page may draw another heading when its answers come: it takes over the focus of the one before, as if it had stayed. */
function useHandedFocus() {
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    const own = heading.current
    if (focusLeft && document.activeElement === document.body) own?.focus()
    focusLeft = false
    return () => { focusLeft = document.activeElement === own }
  }, [])
  return heading
}

/** First thing of each page. The heading takes the focus after a change of route. */
export function PageHeader({ title, count, asOf, filters, actions, badge }: Props) {
  const heading = useHandedFocus()
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-4 gap-y-2 py-2">
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-3">
        <h1 ref={heading} tabIndex={-1} className="min-w-0 truncate text-lg font-semibold outline-none"><Text>{title}</Text></h1>
        <p className="num text-xs whitespace-nowrap text-meta">
          {count}
          {asOf && <>{count && ' · '}<RelativeTime at={asOf} /></>}
        </p>
        {badge}
      </div>
      {filters && <div className="flex min-w-0 grow items-center gap-2">{filters}</div>}
      {actions && <div className="ml-auto flex items-center gap-2" data-chrome>{actions}</div>}
    </header>
  )
}

/** A part of a page: a hairline and a name, no box. */
export function Section({ title, note, actions, children, className = '' }: { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={`min-w-0 border-t border-line pt-3 ${className}`}>
      <div className="mb-2 flex min-h-7 flex-wrap items-center gap-x-3">
        <h2 className="font-semibold">{title}</h2>
        {note && <span className="num text-xs text-meta">{note}</span>}
        {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  )
}

/** Facts as pairs. Without a value: unknown, never blank. */
export function KeyValue({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,max-content)_1fr] gap-x-4 gap-y-1">
      {rows.map(([key, value]) => (
        <div key={key} className="col-span-2 grid grid-cols-subgrid border-b border-line py-1 last:border-0">
          <dt className="text-meta">{key}</dt>
          <dd className="num min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Prose with evidence in it: drift, verdicts, reasons. */
export function Sentence({ children }: { children: ReactNode }) {
  return <p className="max-w-[72ch] text-dim [&_bdi]:text-text [&_strong]:font-semibold [&_strong]:text-text">{children}</p>
}
