import { useId, useState, type FormEvent } from 'react'
import { useSend } from '~/api/query'
import type { ApiError } from '~/api/errors'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { useGo } from '~/ui/Link'
import { StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'
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
      {make.error && <Refusal error={make.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button kind="primary" type="submit" disabledReason={missing}>Make the plan</Button>
      </div>
    </form>
  )
}

function Refusal({ error }: { error: ApiError }) {
  if (error.code !== 'invalid_execution_spec') return <ErrorState compact error={error} />
  return (
    <ol className="grid" aria-label="Mistakes">
      {error.fields.map((problem, at) => (
        <li key={at} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 border-b border-line py-2 last:border-0">
          <StateGlyph state="critical" className="mt-1" />
          <div className="grid gap-0.5">
            <p><Text wrap>{problem.detail}</Text></p>
            {problem.hint && <p className="text-xs text-meta"><Text wrap>{problem.hint}</Text></p>}
            <p className="num text-xs text-meta">{problem.line != null && `line ${problem.line}, column ${problem.column ?? 1} `}<code className="break-all">{problem.path}</code></p>
          </div>
        </li>
      ))}
    </ol>
  )
}
