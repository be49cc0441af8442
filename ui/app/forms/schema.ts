/** The part of JSON Schema that configurations use; what is more is written as JSON. */
export interface Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  $ref?: string
  $defs?: Record<string, Schema>
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  required?: string[]
  items?: Schema
  default?: unknown
  title?: string
  description?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  format?: string
  pattern?: string
  writeOnly?: boolean
}

type Kind =
  | 'text' | 'secret' | 'reference' | 'number' | 'integer' | 'switch' | 'choice'
  /** One value a line. */
  | 'list'
  /** An object; one that is not needed is there or is not. */
  | 'group'
  /** A list of objects. */
  | 'rows'
  /** Names and values that the schema does not know. */
  | 'map'
  /** One of several objects. */
  | 'variant'
  | 'json'

export interface Variant {
  name: string
  help?: string
  /** What tells it from the others. */
  fixed: Record<string, unknown>
  fields: SchemaField[]
}

export interface SchemaField {
  key: string
  kind: Kind
  help?: string
  required: boolean
  options?: string[]
  minimum?: number
  maximum?: number
  maxLength?: number
  /** What the server takes when it is left out. */
  fallback?: string
  /** Of a group, and of each row. */
  fields?: SchemaField[]
  variants?: Variant[]
}

/** A schema that refers to itself is followed no deeper. */
const DEPTH_MAX = 6

export const fieldsOf = (schema: Schema): SchemaField[] => propertiesOf(resolve(schema, schema), schema, 0)

/** What is needed comes first. */
function propertiesOf(schema: Schema, root: Schema, depth: number): SchemaField[] {
  const fields = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const inner = resolve(property, root)
    const { minimum, maximum, maxLength } = { ...inner, ...property }
    return {
      key, minimum, maximum, maxLength,
      ...kindOf(inner, root, depth),
      help: (property.description ?? inner.description)?.replace(/\s+/g, ' '),
      required: schema.required?.includes(key) ?? false,
      fallback: property.default === null || property.default === undefined ? undefined : asText(property.default),
    }
  })
  return fields.sort((a, b) => Number(b.required) - Number(a.required))
}

/** Follows references, and takes the one alternative that is not null. */
function resolve(schema: Schema, root: Schema): Schema {
  if (schema.$ref) return resolve(root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}, root)
  if (schema.allOf?.length === 1 && schema.allOf[0]) return resolve(schema.allOf[0], root)
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []).filter((each) => each.type !== 'null')
  if (alternatives.length > 1 && alternatives.every((each) => each.const !== undefined)) return { description: schema.description, enum: alternatives.map((each) => each.const) }
  return alternatives.length === 1 && alternatives[0] ? resolve(alternatives[0], root) : schema
}

const isObject = (schema: Schema) => typeOf(schema) === 'object'
const typeOf = (schema: Schema) => (Array.isArray(schema.type) ? schema.type.filter((each) => each !== 'null').join() : schema.type)
const isScalar = (schema: Schema) => schema.enum !== undefined || ['string', 'integer', 'number'].includes(typeOf(schema) ?? '')

function kindOf(schema: Schema, root: Schema, depth: number): Pick<SchemaField, 'kind' | 'options' | 'fields' | 'variants'> {
  const type = typeOf(schema)
  const alternatives = (schema.oneOf ?? schema.anyOf ?? []).filter((each) => each.type !== 'null').map((each) => resolve(each, root))
  if (schema.enum) return { kind: 'choice', options: schema.enum.filter((each) => each !== null).map(String) }
  if (type === 'boolean') return { kind: 'switch' }
  if (type === 'integer' || type === 'number') return { kind: type }
  if (type === 'string') return { kind: schema.pattern?.startsWith('^(env|file|vault)') ? 'reference' : schema.writeOnly || schema.format === 'password' ? 'secret' : 'text' }
  if (depth >= DEPTH_MAX) return { kind: 'json' }
  if (type === 'array' && schema.items) {
    const items = resolve(schema.items, root)
    if (isObject(items) && items.properties) return { kind: 'rows', fields: propertiesOf(items, root, depth + 1) }
    return { kind: typeOf(items) === 'string' || items.enum ? 'list' : 'json' }
  }
  if (alternatives.length > 1 && alternatives.every((each) => isObject(each) && each.properties)) {
    return { kind: 'variant', variants: alternatives.map((each) => variantOf(each, root, depth + 1)) }
  }
  if (type === 'object' && schema.properties) return { kind: 'group', fields: propertiesOf(schema, root, depth + 1) }
  if (type === 'object' && typeof schema.additionalProperties === 'object' && isScalar(resolve(schema.additionalProperties, root))) return { kind: 'map' }
  return { kind: 'json' }
}

/** Told by a property that has one value, or by the one property that it has. */
function variantOf(schema: Schema, root: Schema, depth: number): Variant {
  const constants = Object.entries(schema.properties ?? {}).filter(([, property]) => property.const !== undefined || property.enum?.length === 1)
  const fixed = Object.fromEntries(constants.map(([key, property]) => [key, property.const ?? property.enum?.[0]]))
  const fields = propertiesOf(schema, root, depth).filter(({ key }) => !(key in fixed))
  const name = Object.values(fixed).map(String).join(' ') || (schema.title ?? Object.keys(schema.properties ?? {}).join(' '))
  return { name: name.replaceAll('_', ' '), help: schema.description?.replace(/\s+/g, ' '), fixed, fields }
}

export const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** `access_key` as people read it. */
export const wordOf = (key: string) => key.replaceAll('_', ' ')
