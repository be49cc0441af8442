import { Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { Button, IconButton } from '~/ui/Button'
import { Checkbox, Field, Input, Select } from '~/ui/Field'
import { conditionsOf, FACTS, FIELDS, PLATFORMS, whenOf, type Condition, type Rule } from './draft'

interface Props { rule?: Rule; taken: string[]; done: (rule: Rule) => void }

const WHATS = [...FACTS.map((fact) => [fact, fact] as const), ['label', 'label'] as const]
const HOWS = [['glob', 'is like'], ['regex', 'has the expression']] as const
type Value = [field: string, text: string]

/** One rule as lines: what must hold, and what is set then. The server checks it with the preview. */
export function RuleForm({ rule, taken, done }: Props) {
  const [name, setName] = useState(rule?.name ?? '')
  const [platforms, setPlatforms] = useState<string[]>(rule?.when.platforms ?? [])
  const [conditions, setConditions] = useState<Condition[]>(rule ? conditionsOf(rule.when) : [{ what: 'label:', how: 'glob', text: '' }])
  const [values, setValues] = useState<Value[]>(rule ? Object.entries(rule.set) : [['env', '']])
  const said = values.filter(([, text]) => text.trim() !== '')
  const reason = name.trim() === '' ? 'Name the rule first' : taken.includes(name.trim()) ? 'Another rule has this name'
    : conditions.some(({ what, text }) => what === 'label:' && text !== '') ? 'Name the label first' : said.length === 0 ? 'Say what it sets first' : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) done({ name: name.trim(), when: whenOf(conditions, platforms, rule?.when.kinds), set: Object.fromEntries(said) })
  }
  const condition = (at: number, next: Partial<Condition>) => setConditions(conditions.map((each, other) => (other === at ? { ...each, ...next } : each)))
  const value = (at: number, next: Value) => setValues(values.map((each, other) => (other === at ? next : each)))
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <Field id="mapping-name" label="Name of the rule" help="Shown as the proof of what it sets."><Input id="mapping-name" value={name} maxLength={100} autoComplete="off" onChange={(event) => setName(event.target.value)} /></Field>
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-xs text-dim">When: all must hold; * and ? stand for any text</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-2.5">
          {PLATFORMS.map((each) => <Checkbox key={each} label={each} checked={platforms.includes(each)} onChange={(on) => setPlatforms(PLATFORMS.filter((other) => (other === each ? on : platforms.includes(other))))} />)}
        </div>
        {conditions.map((each, at) => <ConditionLine key={at} at={at + 1} condition={each} change={(next) => condition(at, next)} remove={() => setConditions(conditions.filter((_, other) => other !== at))} />)}
        <div><Button onClick={() => setConditions([...conditions, { what: 'name', how: 'glob', text: '' }])}>Add a condition</Button></div>
      </fieldset>
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-xs text-dim">{'Sets: text; ${label:KEY} is the value of a label, ${1} a group of the expression'}</legend>
        {values.map(([field, text], at) => (
          <div key={at} className="flex items-center gap-2">
            <Select aria-label={`Field ${at + 1}`} className="w-36 shrink-0" value={field} onChange={(event) => value(at, [event.target.value, text])} options={FIELDS.map((each) => [each, each] as const)} />
            <Input aria-label={`Value of ${field}`} value={text} autoComplete="off" spellCheck={false} onChange={(event) => value(at, [field, event.target.value])} />
            <IconButton label={`Remove the value of ${field}`} onClick={() => setValues(values.filter((_, other) => other !== at))}><Trash2 /></IconButton>
          </div>
        ))}
        <div><Button onClick={() => setValues([...values, [FIELDS.find((each) => !values.some(([field]) => field === each)) ?? 'site', '']])}>Add a value</Button></div>
      </fieldset>
      <div className="flex justify-end"><Button type="submit" kind="primary" disabledReason={reason}>Take it into the draft</Button></div>
    </form>
  )
}

function ConditionLine({ at, condition: { what, how, text }, change, remove }: { at: number; condition: Condition; change: (next: Partial<Condition>) => void; remove: () => void }) {
  const label = what.startsWith('label:') ? what.slice(6) : undefined
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)_auto] items-center gap-2">
      <Select aria-label={`Condition ${at} is about`} value={label === undefined ? what : 'label'} onChange={(event) => change({ what: event.target.value === 'label' ? 'label:' : event.target.value })} options={WHATS} />
      {label === undefined ? <span /> : <Input aria-label={`Label of condition ${at}`} placeholder="Environment" value={label} autoComplete="off" spellCheck={false} onChange={(event) => change({ what: `label:${event.target.value}` })} />}
      <IconButton label={`Remove condition ${at}`} onClick={remove}><Trash2 /></IconButton>
      <Select aria-label={`How condition ${at} is compared`} value={how} onChange={(event) => change({ how: event.target.value === 'regex' ? 'regex' : 'glob' })} options={HOWS} />
      <Input aria-label={`Text of condition ${at}`} className="col-span-2" value={text} autoComplete="off" spellCheck={false} onChange={(event) => change({ text: event.target.value })} />
    </div>
  )
}
