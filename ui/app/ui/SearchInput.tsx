import { Search, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { IconButton } from './Button'

interface Props { label: string; value: string; placeholder?: string; onApply: (text: string) => void }

/** Part of a name, applied by Enter. */
export function SearchInput({ label, value, placeholder, onApply }: Props) {
  const [text, setText] = useState(value)
  const [applied, setApplied] = useState(value)
  if (applied !== value) {
    setApplied(value)
    setText(value)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onApply(text.trim())
  }
  return (
    <form role="search" onSubmit={submit} className="flex h-7 w-full max-w-3xl min-w-0 items-center gap-1.5 rounded-md border border-line-strong bg-surface pl-2 max-md:h-9">
      <Search aria-hidden className="size-3.5 shrink-0 text-meta" />
      <input aria-label={label} value={text} placeholder={placeholder} autoComplete="off" spellCheck={false} data-filter className="h-full w-full min-w-0 bg-transparent outline-none" onChange={(event) => setText(event.target.value)} />
      {text && <IconButton label="Clear" className="size-6 max-md:size-8" onClick={() => { setText(''); onApply('') }}><X /></IconButton>}
    </form>
  )
}
