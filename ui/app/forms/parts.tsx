import { Plus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, IconButton } from '~/ui/Button'
import { Input, Select } from '~/ui/Field'
import { count } from '~/util/units'
import { wordOf } from './schema'
import { type OneProps, SchemaForm } from './SchemaForm'
import { isGroup, under, VARIANT, type Value, type Values } from './values'

/** More rows than a person edits by hand are edited as text. */
const ROWS_MAX = 40

interface BoxProps { name: string; help?: string; problem?: string; id?: string; action?: ReactNode; children?: ReactNode }

function Box({ name, help, problem, id, action, children }: BoxProps) {
  return (
    <fieldset aria-describedby={problem && id ? `${id}-problem` : undefined} className="col-span-full grid min-w-0 gap-2 rounded-md border border-line px-3 py-2">
      <legend className="px-1 text-xs text-dim">{name}</legend>
      {help && <p className="text-xs text-meta">{help}</p>}
      {children}
      {action && <div>{action}</div>}
      {problem && <p id={`${id}-problem`} role="alert" className="text-xs text-critical">{problem}</p>}
    </fieldset>
  )
}

const boxOf = ({ field, path, problems }: OneProps) => ({ name: `${wordOf(field.key)}${field.required ? ' (needed)' : ''}`, help: field.help, problem: problems[path], id: `config-${path}` })

/** One that is not needed is added first, and can be taken away again. */
export function Group(props: OneProps) {
  const { field, value, path, problems, onChange } = props
  const there = isGroup(value) || field.required
  const name = wordOf(field.key)
  const action = field.required ? undefined : there
    ? <Button kind="quiet" icon={<X />} onClick={() => onChange(undefined)}>Leave {name} out</Button>
    : <Button icon={<Plus />} onClick={() => onChange({})}>Set {name}</Button>
  return (
    <Box {...boxOf(props)} action={action}>
      {there && <SchemaForm wide fields={field.fields ?? []} values={isGroup(value) ? value : {}} problems={problems} path={path} onChange={onChange} />}
    </Box>
  )
}

/** `hosts` → `host`. */
const single = (key: string) => wordOf(key).replace(/(?<=..)s$/, '')

export function Rows(props: OneProps) {
  const { field, value, path, problems, onChange } = props
  const rows: Value[] = Array.isArray(value) ? value : field.required ? [{}] : []
  const one = single(field.key)
  if (rows.length > ROWS_MAX) {
    return <Box {...boxOf(props)} action={<Button onClick={() => onChange(JSON.stringify(rows, null, 1))}>Edit as text</Button>}><p>{count(rows.length)} {wordOf(field.key)}: too many to edit one by one.</p></Box>
  }
  return (
    <Box {...boxOf(props)} action={<Button icon={<Plus />} onClick={() => onChange([...rows, {}])}>Add {one}</Button>}>
      {rows.map((row, i) => (
        // A row has no name of its own: its place is all that tells it from the others.
        <fieldset key={i} className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] gap-2 border-t border-line pt-2">
          <legend className="sr-only">{one} {i + 1}</legend>
          <SchemaForm wide fields={field.fields ?? []} values={isGroup(row) ? row : {}} problems={problems} path={under(path, i)} onChange={(next) => onChange(rows.map((each, n) => (n === i ? next : each)))} />
          <IconButton label={`Remove ${one} ${i + 1}`} onClick={() => onChange(rows.length > 1 ? rows.filter((_, n) => n !== i) : undefined)}><X /></IconButton>
        </fieldset>
      ))}
    </Box>
  )
}

export function Map(props: OneProps) {
  const { field, value, onChange } = props
  const entries: Values[] = (Array.isArray(value) ? value : []).filter(isGroup)
  const one = single(field.key)
  const set = (i: number, part: Values) => onChange(entries.map((each, n) => (n === i ? { ...each, ...part } : each)))
  return (
    <Box {...boxOf(props)} action={<Button icon={<Plus />} onClick={() => onChange([...entries, { name: '', value: '' }])}>Add {one}</Button>}>
      {entries.map((entry, i) => (
        <div key={i} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] gap-2">
          <Input aria-label={`Name of ${one} ${i + 1}`} placeholder="name" value={String(entry.name ?? '')} autoComplete="off" spellCheck={false} onChange={(event) => set(i, { name: event.target.value })} />
          <Input aria-label={`Value of ${one} ${i + 1}`} placeholder="value" value={String(entry.value ?? '')} autoComplete="off" spellCheck={false} onChange={(event) => set(i, { value: event.target.value })} />
          <IconButton label={`Remove ${one} ${i + 1}`} onClick={() => onChange(entries.length > 1 ? entries.filter((_, n) => n !== i) : undefined)}><X /></IconButton>
        </div>
      ))}
    </Box>
  )
}

export function Variants(props: OneProps) {
  const { field, value, path, problems, onChange } = props
  const values = isGroup(value) ? value : {}
  const chosen = field.variants?.find(({ name }) => name === values[VARIANT])
  const none = field.fallback === undefined ? (field.required ? 'choose' : 'left out') : `left out: ${field.fallback}`
  return (
    <Box {...boxOf(props)}>
      <Select aria-label={`${wordOf(field.key)}: which`} value={chosen?.name ?? ''} options={[['', none] as const, ...(field.variants ?? []).map(({ name }) => [name, name] as const)]}
        onChange={(event) => onChange(event.target.value ? { [VARIANT]: event.target.value } : undefined)} />
      {chosen?.help && <p className="text-xs text-meta">{chosen.help}</p>}
      {chosen && chosen.fields.length > 0 && <SchemaForm wide fields={chosen.fields} values={values} problems={problems} path={path} onChange={onChange} />}
    </Box>
  )
}
