import { useState, type FormEvent } from 'react'
import type { components } from '~/api/generated/schema'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'

export type Budget = components['schemas']['FreshnessBudget']
const FIELDS = [['stale_hours', 'Stale after, hours', 1, 8760], ['unknown_hours', 'Unknown after, hours', 2, 17520]] as const

interface Props { id: string; budget: Budget; reason?: string; pending: boolean; onSave: (budget: Budget) => void; children?: React.ReactNode }

/** How old the last complete listing may be. */
export function FreshnessForm({ id, budget, reason, pending, onSave, children }: Props) {
  const [text, setText] = useState<Record<keyof Budget, string>>({ stale_hours: String(budget.stale_hours), unknown_hours: String(budget.unknown_hours) })
  const next: Budget = { stale_hours: Number(text.stale_hours), unknown_hours: Number(text.unknown_hours) }
  const wrong = FIELDS.find(([key, , least, most]) => !/^\d+$/.test(text[key]) || next[key] < least || next[key] > most)
  const why = reason ?? (wrong ? `${wrong[1]}: a number from ${wrong[2]} to ${wrong[3]}` : next.unknown_hours <= next.stale_hours ? 'What is stale first turns unknown later' : next.stale_hours === budget.stale_hours && next.unknown_hours === budget.unknown_hours ? 'Nothing was changed' : pending ? 'Being saved' : undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!why) onSave(next)
  }
  return (
    <form onSubmit={submit} className="grid max-w-xl gap-2">
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        {FIELDS.map(([key, label, least, most]) => (
          <Field key={key} id={`${id}-${key}`} label={label}><Input id={`${id}-${key}`} type="number" min={least} max={most} step={1} inputMode="numeric" value={text[key]} readOnly={!!reason} onChange={(event) => setText({ ...text, [key]: event.target.value })} /></Field>
        ))}
      </div>
      <div className="flex flex-wrap gap-2"><Button type="submit" disabledReason={why}>Save budget</Button>{children}</div>
    </form>
  )
}
