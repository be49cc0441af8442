import { ArrowDown, ArrowUp, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Section } from '~/components/Page'
import { EmptyState } from '~/components/States'
import { Button, IconButton } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { moved, setWords, whenWords, type Draft, type Rule } from './draft'
import { RuleForm } from './RuleForm'

interface Props { draft: Draft; change: (draft: Draft) => void; reason?: string; changed: boolean }

/** The rules in their order; what is edited here is saved from the preview alone. */
export function Rules({ draft, change, reason, changed }: Props) {
  /** The position that is edited; one after the last is a new rule. */
  const [open, setOpen] = useState<number>()
  const { rules } = draft
  const put = (next: Rule[]) => change({ ...draft, rules: next })
  const keep = (rule: Rule) => {
    put(open === rules.length ? [...rules, rule] : rules.map((each, at) => (at === open ? rule : each)))
    setOpen(undefined)
  }
  return (
    <Section title="Rules" note={changed && <StateBadge state="warning">changed, not saved</StateBadge>}
      actions={<Button disabledReason={reason} onClick={() => setOpen(rules.length)}>Add a rule</Button>}>
      {rules.length === 0
        ? <EmptyState compact title="No rule yet" command="qlrf mapping preview rules.yaml">Every asset is as its connector says. A first rule could take the environment from a tag.</EmptyState>
        : (
          <div className="overflow-x-auto" role="region" aria-label="Mapping rules, in their order" tabIndex={0}>
            <table className="num w-full min-w-[40rem] table-fixed" aria-label="Mapping rules">
              <thead className="text-left text-xs text-meta">
                <tr className="[&>th]:pr-3 [&>th]:pb-1 [&>th]:font-normal"><th scope="col" className="w-8">#</th><th scope="col" className="w-[22%]">Rule</th><th scope="col">When</th><th scope="col">Sets</th><th scope="col" className="w-36 text-right">Change</th></tr>
              </thead>
              <tbody>
                {rules.map((rule, at) => (
                  <tr key={rule.name} className="border-t border-line align-top [&>*]:py-1.5 [&>*]:pr-3">
                    <td className="text-meta">{at + 1}</td>
                    <th scope="row" className="text-left font-normal"><Text wrap>{rule.name}</Text></th>
                    <td className="break-words text-dim"><Text wrap>{whenWords(rule.when)}</Text></td>
                    <td className="break-words"><Text wrap>{setWords(rule.set)}</Text></td>
                    <td className="text-right whitespace-nowrap">
                      <IconButton label={`Move ${rule.name.slice(0, 60)} up`} disabledReason={reason ?? (at === 0 ? 'It is the first' : undefined)} onClick={() => put(moved(rules, at, at - 1))}><ArrowUp /></IconButton>
                      <IconButton label={`Move ${rule.name.slice(0, 60)} down`} disabledReason={reason ?? (at === rules.length - 1 ? 'It is the last' : undefined)} onClick={() => put(moved(rules, at, at + 1))}><ArrowDown /></IconButton>
                      <IconButton label={`Edit ${rule.name.slice(0, 60)}`} disabledReason={reason} onClick={() => setOpen(at)}><Pencil /></IconButton>
                      <IconButton label={`Remove ${rule.name.slice(0, 60)}`} disabledReason={reason} onClick={() => put(rules.filter((_, other) => other !== at))}><Trash2 /></IconButton>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      <Sheet open={open !== undefined} onOpenChange={(on) => { if (!on) setOpen(undefined) }} title={open === rules.length ? 'New rule' : 'Edit the rule'}>
        {open !== undefined && <RuleForm key={open} rule={rules[open]} taken={rules.filter((_, at) => at !== open).map((rule) => rule.name)} done={keep} />}
      </Sheet>
    </Section>
  )
}
