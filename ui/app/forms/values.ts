import { asText, type SchemaField, type Variant } from './schema'

/** What stands in a form: text, and the same again in groups and rows. */
export type Value = string | Value[] | Values
export interface Values { [key: string]: Value }

/** Which of its variants a value is. */
export const VARIANT = '\u0000variant'
/** Of a map: a name and what it has. */
export interface Entry extends Values { name: string; value: string }

/** By path, as the server writes it: `hosts[2].address`. */
export type Problems = Record<string, string>

export const isGroup = (value: Value | undefined): value is Values => typeof value === 'object' && !Array.isArray(value)
export const under = (path: string, key: string | number) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key)

/** A configuration as the form shows it. */
export const toValues = (fields: SchemaField[], config: Record<string, unknown>): Values =>
  Object.fromEntries(fields.flatMap((field) => {
    const value = config[field.key]
    return value === null || value === undefined ? [] : [[field.key, show(field, value)] as const]
  }))

const asObject = (value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined)

function show(field: SchemaField, value: unknown): Value {
  const object = asObject(value)
  if (field.kind === 'list' && Array.isArray(value)) return value.join('\n')
  if (field.kind === 'group' && object) return toValues(field.fields ?? [], object)
  if (field.kind === 'rows' && Array.isArray(value)) return value.map((row) => toValues(field.fields ?? [], asObject(row) ?? {}))
  if (field.kind === 'map' && object) return Object.entries(object).map(([name, each]) => ({ name, value: asText(each) }))
  if (field.kind === 'variant' && object) {
    const fits = ({ fixed, fields }: Variant) => (Object.keys(fixed).length > 0 ? Object.entries(fixed).every(([key, each]) => object[key] === each) : fields.some(({ key }) => key in object))
    const variant = field.variants?.find(fits)
    if (variant) return { ...toValues(variant.fields, object), [VARIANT]: variant.name }
  }
  return asText(value)
}

/** What is sent: empty fields are left out, so that the server's own defaults hold. Says which field cannot be read. */
export function toConfig(fields: SchemaField[], values: Values): { config: Record<string, unknown>; problems: Problems } {
  const problems: Problems = {}
  return { config: group(fields, values, '', problems), problems }
}

function group(fields: SchemaField[], values: Values, path: string, problems: Problems): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const field of fields) {
    const at = under(path, field.key)
    const value = read(field, values[field.key], at, problems)
    if (value !== undefined) out[field.key] = value
    else if (field.required && !(at in problems)) problems[at] = 'is needed'
  }
  return out
}

function read(field: SchemaField, value: Value | undefined, path: string, problems: Problems): unknown {
  if (field.kind === 'group' && (isGroup(value) || field.required)) return group(field.fields ?? [], isGroup(value) ? value : {}, path, problems)
  if (Array.isArray(value)) return field.kind === 'map' ? map(value, path, problems) : value.length > 0 ? value.map((row, i) => group(field.fields ?? [], isGroup(row) ? row : {}, under(path, i), problems)) : undefined
  if (isGroup(value)) {
    const variant = field.variants?.find(({ name }) => name === value[VARIANT])
    return variant && { ...variant.fixed, ...group(variant.fields, value, path, problems) }
  }
  const text = value?.trim() ?? ''
  if (text === '') return undefined
  const parsed = parse(field, text)
  if (parsed.problem) problems[path] = parsed.problem
  return parsed.value
}

function map(entries: Value[], path: string, problems: Problems): Record<string, string> | undefined {
  const named = entries.filter(isGroup).map((entry) => [String(entry.name ?? '').trim(), String(entry.value ?? '')] as const)
  const twice = named.find(([name], i) => name && named.findIndex(([other]) => other === name) !== i)
  if (twice) problems[path] = `"${twice[0]}" is there twice`
  if (named.some(([name, value]) => !name && value)) problems[path] = 'a value has no name'
  const kept = named.filter(([name]) => name)
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function parse(field: SchemaField, text: string): { value?: unknown; problem?: string } {
  if (field.kind === 'switch') return { value: text === 'true' }
  if (field.kind === 'list') return { value: text.split('\n').map((line) => line.trim()).filter(Boolean) }
  if (['json', 'rows', 'map', 'group', 'variant'].includes(field.kind)) return json(text)
  if (field.kind === 'reference' && !/^(env|file|vault):/.test(text)) return { problem: 'names where the secret is kept, such as env:NAME, file:/path or vault:mount/path#field, and is not the secret itself' }
  if (field.kind !== 'number' && field.kind !== 'integer') return { value: text }
  const value = Number(text)
  if (Number.isNaN(value) || (field.kind === 'integer' && !Number.isInteger(value))) return { problem: `is not ${field.kind === 'integer' ? 'a whole number' : 'a number'}` }
  if (field.minimum !== undefined && value < field.minimum) return { problem: `is less than ${field.minimum}` }
  if (field.maximum !== undefined && value > field.maximum) return { problem: `is more than ${field.maximum}` }
  return { value }
}

function json(text: string): { value?: unknown; problem?: string } {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { problem: 'is not JSON' }
  }
}

/** Paths that some field of the form shows; what the server says of any other is shown beneath it. */
export function placesOf(fields: SchemaField[], values: Values, path = ''): string[] {
  return fields.flatMap((field) => {
    const at = under(path, field.key)
    const value = values[field.key]
    if (Array.isArray(value)) return [at, ...value.flatMap((row, i) => (field.kind === 'rows' && isGroup(row) ? placesOf(field.fields ?? [], row, under(at, i)) : []))]
    if (isGroup(value)) return [at, ...placesOf(field.kind === 'variant' ? (field.variants?.find(({ name }) => name === value[VARIANT])?.fields ?? []) : (field.fields ?? []), value, at)]
    return [at, ...(field.kind === 'group' && field.required ? placesOf(field.fields ?? [], {}, at) : [])]
  })
}
