import { Undo2 } from 'lucide-react'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { said, spaced, type Step } from './words'

/** Steps in their order, each group around its own, with how each is taken back. */
export function Steps({ steps }: { steps: Step[] }) {
  return <Level steps={steps} within={null} label="Steps" />
}

function Level({ steps, within, label }: { steps: Step[]; within: string | null; label: string }) {
  const own = steps.filter((step) => (step.within ?? null) === within)
  return (
    <ol aria-label={label} className={within === null ? 'grid' : 'mt-1 grid border-l border-line-strong pl-3'}>
      {own.map((step, at) => (
        <li key={step.id} className="grid grid-cols-[1.75rem_minmax(0,1fr)] border-b border-line py-2 last:border-0">
          <span aria-hidden className="num text-meta">{at + 1}</span>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
            <p className="flex flex-wrap items-baseline gap-x-2"><strong className="font-semibold"><Text wrap>{step.title ?? step.id}</Text></strong><span className="text-xs text-meta">{spaced(step.kind)}{step.on_targets && ' · on each target'}</span></p>
            <p className="text-dim"><Text wrap>{said(step.kind, step.parameters)}</Text></p>
            <Undo step={step} />
            {steps.some((each) => each.within === step.id) && <Level steps={steps} within={step.id} label={`Steps of ${step.title ?? step.id}`} />}
          </div>
        </li>
      ))}
    </ol>
  )
}

function Undo({ step }: { step: Step }) {
  if (step.undo) return <p className="flex min-w-0 items-start gap-1.5 text-xs text-meta"><Undo2 aria-hidden className="mt-0.5 size-3 shrink-0" /><span className="min-w-0">taken back by {spaced(step.undo.kind)}: <Text wrap>{said(step.undo.kind, step.undo.parameters)}</Text></span></p>
  if (step.irreversible) return <StateBadge state="warning" className="text-xs">cannot be taken back</StateBadge>
  return null
}
