import { Check, ChevronDown } from 'lucide-react'
import type { InputHTMLAttributes, ReactNode, Ref, SelectHTMLAttributes } from 'react'
import { cx } from '~/util/class'

const BOX = 'h-7 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 max-md:h-9 aria-invalid:border-critical'

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input className={cx(BOX, className)} {...rest} />
}

/** One file, by the browser's own chooser. */
export function FileInput({ onFile, ...rest }: { id: string; accept?: string; onFile: (file: File | undefined) => void }) {
  return (
    <input type="file" onChange={(event) => onFile(event.target.files?.[0])} {...rest}
      className="w-full min-w-0 rounded-md border border-line-strong bg-surface p-1 file:mr-2 file:rounded-sm file:border-0 file:bg-sunken file:px-2 file:text-text" />
  )
}

/** The browser's own list: right on a phone, with a keyboard and with a screen reader. */
export function Select({ options, className, ...rest }: SelectHTMLAttributes<HTMLSelectElement> & { options: readonly (readonly [string, string])[] }) {
  return (
    <span className={cx('relative inline-flex', className)}>
      <select className={cx(BOX, 'appearance-none pr-7')} {...rest}>
        {options.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-meta" />
    </span>
  )
}

interface CheckProps { checked: boolean; onChange: (checked: boolean) => void; label: string; hideLabel?: boolean; disabled?: boolean; tabIndex?: number }

export function Checkbox({ checked, onChange, label, hideLabel, ...rest }: CheckProps) {
  return (
    <label className="inline-flex items-center gap-2">
      <span className="relative inline-grid size-4 place-items-center">
        <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} {...rest}
          className="peer size-4 appearance-none rounded-sm border border-line-strong bg-surface checked:border-accent checked:bg-accent" />
        <Check aria-hidden className="pointer-events-none absolute hidden size-3 text-on-accent peer-checked:block" />
      </span>
      <span className={hideLabel ? 'sr-only' : undefined}>{label}</span>
    </label>
  )
}

/** Label above, what is wrong below, read out together. */
export function Field({ label, id, problem, help, children }: { label: string; id: string; problem?: string; help?: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-xs text-dim">{label}</label>
      {children}
      {help && !problem && <p className="text-xs text-meta">{help}</p>}
      {problem && <p id={`${id}-problem`} role="alert" className="text-xs text-critical">{problem}</p>}
    </div>
  )
}
