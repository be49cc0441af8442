/** The part of JSON Schema that configurations use; what is more is written as JSON. */
export interface Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  $ref?: string
  $defs?: Record<string, Schema>
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  default?: unknown
  title?: string
  description?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  format?: string
  writeOnly?: boolean
}

export interface SchemaField {
  key: string
  kind: 'text' | 'secret' | 'number' | 'integer' | 'switch' | 'choice' | 'list' | 'json'
  help?: string
  required: boolean
  options?: string[]
  minimum?: number
  maximum?: number
  maxLength?: number
  /** What the server takes when it is left out. */
  fallback?: string
}

/** What stands in the form, as text. */
export type Values = Record<string, string>

export function fieldsOf(schema: Schema): SchemaField[] {
  return Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const { maximum, minimum, maxLength } = { ...property, ...resolve(property, schema) }
    return {
      key, minimum, maximum, maxLength,
      ...kindOf(resolve(property, schema)),
      help: property.description?.replace(/\s+/g, ' '),
      required: schema.required?.includes(key) ?? false,
      fallback: property.default === null || property.default === undefined ? undefined : asText(property.default),
    }
  })
}

/** Follows references, and takes the one alternative that is not null. */
function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref) return resolve(root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}, root)
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []).filter((each) => each.type !== 'null')
  if (alternatives.length > 1 && alternatives.every((each) => each.const !== undefined)) return { enum: alternatives.map((each) => each.const) }
  return alternatives.length === 1 && alternatives[0] ? resolve(alternatives[0], root) : schema
}

function kindOf(schema: Schema): Pick<SchemaField, 'kind' | 'options'> {
  if (schema.enum) return { kind: 'choice', options: schema.enum.filter((each) => each !== null).map(String) }
  const type = Array.isArray(schema.type) ? schema.type.filter((each) => each !== 'null').join() : schema.type
  if (type === 'boolean') return { kind: 'switch' }
  if (type === 'integer' || type === 'number') return { kind: type }
  if (type === 'string') return { kind: schema.writeOnly || schema.format === 'password' ? 'secret' : 'text' }
  if (type === 'array' && (schema.items?.type === 'string' || schema.items?.enum)) return { kind: 'list' }
  return { kind: 'json' }
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** A configuration as the form shows it; a list is one value a line. */
export const toValues = (fields: SchemaField[], config: Record<string, unknown>): Values =>
  Object.fromEntries(fields.flatMap(({ key, kind }) => {
    const value = config[key]
    if (value === null || value === undefined) return []
    return [[key, kind === 'list' && Array.isArray(value) ? value.join('\n') : asText(value)]]
  }))

/** What is sent: empty fields are left out, so that the server's own defaults hold. Says which field cannot be read. */
export function toConfig(fields: SchemaField[], values: Values): { config: Record<string, unknown>; problems: Record<string, string> } {
  const config: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  for (const field of fields) {
    const text = values[field.key]?.trim() ?? ''
    if (text === '') {
      if (field.required) problems[field.key] = 'is needed'
      continue
    }
    const { value, problem } = parse(field, text)
    if (problem) problems[field.key] = problem
    else config[field.key] = value
  }
  return { config, problems }
}

function parse(field: SchemaField, text: string): { value?: unknown; problem?: string } {
  if (field.kind === 'switch') return { value: text === 'true' }
  if (field.kind === 'list') return { value: text.split('\n').map((line) => line.trim()).filter(Boolean) }
  if (field.kind === 'json') return json(text)
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
