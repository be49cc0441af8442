import { Input, Select } from '~/ui/Field'
import type { SchemaField } from './schema'

interface Props { field: SchemaField; id: string; value: string; wrong: boolean; onChange: (text: string) => void }

/** What a single value is typed into. */
export function Control({ field, id, value, wrong, onChange }: Props) {
  const shared = { id, value, 'aria-invalid': wrong || undefined, 'aria-describedby': wrong ? `${id}-problem` : undefined, onChange: (event: { target: { value: string } }) => onChange(event.target.value) }
  const none = field.fallback === undefined ? 'left out' : `left out: ${field.fallback}`
  if (field.kind === 'choice') return <Select {...shared} options={[['', none] as const, ...(field.options ?? []).map((each) => [each, each] as const)]} />
  if (field.kind === 'switch') return <Select {...shared} options={[['', none], ['true', 'yes'], ['false', 'no']]} />
  if (['list', 'json', 'rows', 'map', 'group', 'variant'].includes(field.kind)) {
    return <textarea {...shared} rows={3} spellCheck={false} placeholder={field.kind === 'list' ? 'One a line' : '{ }'} className="w-full rounded-md border border-line-strong bg-surface px-2 py-1 font-mono text-xs aria-invalid:border-critical" />
  }
  const numeric = field.kind === 'integer' || field.kind === 'number'
  const placeholder = field.fallback ?? (field.kind === 'reference' ? 'vault:mount/path#field' : undefined)
  return (
    <Input {...shared} type={field.kind === 'secret' ? 'password' : 'text'} inputMode={numeric ? 'numeric' : undefined} placeholder={placeholder} maxLength={numeric ? undefined : field.maxLength}
      autoComplete={field.kind === 'secret' ? 'new-password' : 'off'} spellCheck={false} />
  )
}
