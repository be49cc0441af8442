import { Field, Input, Select } from '~/ui/Field'
import type { SchemaField, Values } from './schema'

interface Props { fields: SchemaField[]; values: Values; problems: Record<string, string>; onChange: (values: Values) => void }

/** A configuration by its JSON Schema: one labelled field for each property. */
export function SchemaForm({ fields, values, problems, onChange }: Props) {
  if (fields.length === 0) return <p className="text-dim">Nothing to configure.</p>
  return (
    <div className="grid gap-3">
      {fields.map((field) => (
        <Field key={field.key} id={`config-${field.key}`} label={`${field.key.replaceAll('_', ' ')}${field.required ? ' (needed)' : ''}`} help={field.help} problem={problems[field.key]}>
          <Control field={field} value={values[field.key] ?? ''} wrong={field.key in problems} onChange={(text) => onChange({ ...values, [field.key]: text })} />
        </Field>
      ))}
    </div>
  )
}

function Control({ field, value, wrong, onChange }: { field: SchemaField; value: string; wrong: boolean; onChange: (text: string) => void }) {
  const id = `config-${field.key}`
  const shared = { id, value, 'aria-invalid': wrong || undefined, 'aria-describedby': wrong ? `${id}-problem` : undefined, onChange: (event: { target: { value: string } }) => onChange(event.target.value) }
  const none = field.fallback === undefined ? 'left out' : `left out: ${field.fallback}`
  if (field.kind === 'choice') return <Select {...shared} options={[['', none] as const, ...(field.options ?? []).map((each) => [each, each] as const)]} />
  if (field.kind === 'switch') return <Select {...shared} options={[['', none], ['true', 'yes'], ['false', 'no']]} />
  if (field.kind === 'list' || field.kind === 'json') {
    return <textarea {...shared} rows={3} spellCheck={false} placeholder={field.kind === 'list' ? 'One a line' : '{ }'} className="w-full rounded-md border border-line-strong bg-surface px-2 py-1 font-mono text-xs aria-invalid:border-critical" />
  }
  const numeric = field.kind === 'integer' || field.kind === 'number'
  return (
    <Input {...shared} type={field.kind === 'secret' ? 'password' : 'text'} inputMode={numeric ? 'numeric' : undefined} placeholder={field.fallback} maxLength={numeric ? undefined : field.maxLength}
      autoComplete={field.kind === 'secret' ? 'new-password' : 'off'} spellCheck={false} />
  )
}
