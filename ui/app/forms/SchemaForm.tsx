import { Field } from '~/ui/Field'
import { Control } from './Control'
import { Group, Map, Rows, Variants } from './parts'
import { wordOf, type SchemaField } from './schema'
import { under, type Problems, type Value, type Values } from './values'

export interface FieldsProps { fields: SchemaField[]; values: Values; problems: Problems; path?: string; wide?: boolean; onChange: (values: Values) => void }

/** A configuration by its JSON Schema: one labelled field for each property, and a named group for each object. */
export function SchemaForm({ fields, values, problems, path = '', wide, onChange }: FieldsProps) {
  if (fields.length === 0) return <p className="text-dim">Nothing to configure.</p>
  const set = (key: string) => (value: Value | undefined) => {
    const rest = Object.fromEntries(Object.entries(values).filter(([each]) => each !== key))
    onChange(value === undefined ? rest : { ...rest, [key]: value })
  }
  return (
    <div className={wide ? 'grid grid-cols-2 gap-3 max-md:grid-cols-1' : 'grid gap-3'}>
      {fields.map((field) => <One key={field.key} field={field} value={values[field.key]} path={under(path, field.key)} problems={problems} onChange={set(field.key)} />)}
    </div>
  )
}

export interface OneProps { field: SchemaField; value: Value | undefined; path: string; problems: Problems; onChange: (value: Value | undefined) => void }

function One(props: OneProps) {
  const { field, value, path, problems, onChange } = props
  // A value that is none of what the schema knows stays as it was written.
  const written = typeof value === 'string' && value !== ''
  if (field.kind === 'group' && !written) return <Group {...props} />
  if (field.kind === 'rows' && !written) return <Rows {...props} />
  if (field.kind === 'map' && !written) return <Map {...props} />
  if (field.kind === 'variant' && !written) return <Variants {...props} />
  return (
    <Field id={`config-${path}`} label={`${wordOf(field.key)}${field.required ? ' (needed)' : ''}`} help={field.help} problem={problems[path]}>
      <Control field={field} id={`config-${path}`} value={typeof value === 'string' ? value : ''} wrong={path in problems} onChange={onChange} />
    </Field>
  )
}
