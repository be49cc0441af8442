import { useEffect, useId, useState, type InputHTMLAttributes, type Ref } from 'react'
import { cx } from '~/util/class'

export interface Option {
  value: string
  label?: string
  note?: string
  /** Why it cannot be picked now; it is shown all the same. */
  reason?: string
}

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'onSelect'> {
  label: string
  value: string
  onChange: (value: string) => void
  /** What fits the text as it is now. */
  options: Option[]
  onPick: (option: Option) => void
  /** Enter while nothing is marked. */
  onEnter?: () => void
  listClassName?: string
  ref?: Ref<HTMLInputElement>
}

/** A text field with suggestions (ARIA 1.2 combobox). The text is free: suggestions help, they do not restrict. */
export function Combobox({ label, value, onChange, options, onPick, onEnter, className, listClassName, onKeyDown, ...rest }: Props) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const [marked, setMarked] = useState(-1)
  const shown = open && options.length > 0
  useEffect(() => {
    if (marked >= 0) document.getElementById(`${id}-${marked}`)?.scrollIntoView({ block: 'nearest' })
  }, [id, marked])
  const pick = (option: Option) => {
    onPick(option)
    setMarked(-1)
  }
  const keys = (event: React.KeyboardEvent<HTMLInputElement>) => {
    onKeyDown?.(event)
    if (event.defaultPrevented) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const option = shown ? options[marked] : undefined
    if (step) {
      setOpen(true)
      setMarked((old) => (old + step + options.length + (old < 0 && step < 0 ? 1 : 0)) % Math.max(options.length, 1))
    } else if (event.key === 'Enter' && option) pick(option)
    else if (event.key === 'Enter') onEnter?.()
    else if (event.key === 'Tab' && option) pick(option)
    else if (event.key === 'Escape' && shown) setOpen(false)
    else return
    event.preventDefault()
  }
  return (
    <div className="relative min-w-0 grow">
      <input role="combobox" aria-label={label} aria-expanded={shown} aria-controls={shown ? id : undefined} aria-autocomplete="list"
        aria-activedescendant={shown && marked >= 0 ? `${id}-${marked}` : undefined} autoComplete="off" spellCheck={false}
        value={value} onKeyDown={keys} onFocus={() => setOpen(true)} onBlur={() => setOpen(false)}
        onChange={(event) => { onChange(event.target.value); setOpen(true); setMarked(-1) }} className={className} {...rest} />
      {shown && (
        <ul id={id} role="listbox" aria-label={label}
          className={cx('absolute top-full left-0 z-30 mt-1 max-h-72 min-w-64 overflow-y-auto rounded-md bg-surface p-1 shadow-pop', listClassName)}>
          {options.map((option, index) => (
            <li key={option.value} id={`${id}-${index}`} role="option" aria-selected={index === marked} aria-disabled={option.reason ? true : undefined}
              onMouseDown={(event) => { event.preventDefault(); pick(option) }}
              className={cx('flex min-h-7 cursor-default items-center gap-4 rounded-sm px-2 max-md:min-h-9', index === marked ? 'bg-hover' : 'hover:bg-hover')}>
              <span className={cx('grid min-w-0 grow', option.reason && 'py-0.5 text-dim')}>
                <bdi className="truncate">{option.label ?? option.value}</bdi>
                {option.reason && <span className="text-xs text-meta">{option.reason}</span>}
              </span>
              {option.note && <bdi className="num max-w-[55%] truncate text-xs text-meta">{option.note}</bdi>}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
