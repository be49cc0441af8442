import { useState, type FormEvent, type ReactNode } from 'react'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, Input } from '~/ui/Field'
import { ErrorState } from './States'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** The verb on the button. */
  action: string
  danger?: boolean
  /** What has to be typed before the button works: the name of what is hit. */
  typed?: string
  /** What is still missing besides the typed name. */
  missing?: string
  pending: boolean
  error: unknown
  onConfirm: () => void
  /** What it does and what it affects. */
  children: ReactNode
}

/** A change that needs a second look: what it affects first, then the verb. */
export function Confirm({ open, onOpenChange, title, children, ...rest }: Props) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title}>
      <div className="grid gap-4">
        {children}
        <Ask {...rest} onCancel={() => onOpenChange(false)} />
      </div>
    </Dialog>
  )
}

type AskProps = Omit<Props, 'open' | 'onOpenChange' | 'title' | 'children'> & { onCancel: () => void }

/** Mounted with the dialog, so that what was typed does not outlive it. */
function Ask({ action, danger, typed, missing, pending, error, onConfirm, onCancel }: AskProps) {
  const [text, setText] = useState('')
  const reason = missing ?? (typed !== undefined && text !== typed ? `Type ${typed} first` : pending ? 'Under way' : undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) onConfirm()
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      {typed !== undefined && (
        <Field id="typed-name" label={`Type ${typed} to confirm`}><Input id="typed-name" value={text} autoComplete="off" spellCheck={false} onChange={(event) => setText(event.target.value)} /></Field>
      )}
      {error ? <ErrorState compact error={error} /> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" kind={danger ? 'danger' : 'primary'} disabledReason={reason}>{action}</Button>
      </div>
    </form>
  )
}
