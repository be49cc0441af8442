import { useId, useState, type FormEvent } from 'react'
import { useSend } from '~/api/query'
import { Mistakes } from '~/components/Mistakes'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { useGo } from '~/ui/Link'
import { path } from '~/util/path-builder'

const PLACEHOLDER = 'apiVersion: ql-rf.io/v1\nkind: ExecutionSpec\nmetadata:\n  title: …'

/** An execution spec becomes a plan; every mistake in it is told with its place. */
export function NewPlan({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Sheet open={open} onOpenChange={onOpenChange} title="New plan" description="An execution spec, in YAML or JSON. The plan that is made of it changes no asset.">
      <Form onCancel={() => onOpenChange(false)} />
    </Sheet>
  )
}

function Form({ onCancel }: { onCancel: () => void }) {
  const [text, setText] = useState('')
  const go = useGo()
  const id = useId()
  const make = useSend('post', '/api/v1/plans')
  const send = (event: FormEvent) => {
    event.preventDefault()
    make.mutate({ document: text }, { onSuccess: (plan) => { announce(`Made the plan ${plan.title}`); go(path.plan(plan.id)) } })
  }
  const missing = text.trim() === '' ? 'Write or paste an execution spec first' : make.isPending ? 'The plan is being made' : undefined
  return (
    <form onSubmit={send} className="grid grid-cols-[minmax(0,1fr)] gap-3 pt-2">
      <label htmlFor={id} className="font-semibold">Execution spec</label>
      <textarea id={id} value={text} onChange={(event) => setText(event.target.value)} spellCheck={false} wrap="off" dir="ltr" placeholder={PLACEHOLDER} rows={18}
        aria-invalid={make.error ? true : undefined} className="w-full resize-y rounded-md border border-line-strong bg-surface p-3 font-mono text-xs aria-invalid:border-critical" />
      {make.error && <Mistakes error={make.error} code="invalid_execution_spec" />}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" disabledReason={missing}>Make the plan</Button>
      </div>
    </form>
  )
}
