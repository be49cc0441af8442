// The smallest answer that each route's schema allows, for component tests: written by `npm run gen` with the types.

const VERBS = ['get', 'post', 'put', 'patch', 'delete']
const SUCCESS = ['200', '201', '202', '204']
const NESTED_MAX = 12

/** By format, then by type: values that are valid and nothing more. */
const FORMATS = { 'date-time': '2026-01-01T00:00:00Z', date: '2026-01-01', uuid: '00000000-0000-7000-8000-000000000001' }
const PLAIN = { string: 'text', integer: 0, number: 0, boolean: false, null: null }

export function samples(document) {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    VERBS.flatMap((verb) => {
      const found = methods[verb] && SUCCESS.find((status) => methods[verb].responses[status])
      if (!found) return []
      const answer = resolve(document, methods[verb].responses[found])
      const schema = answer.content?.['application/json']?.schema
      const body = schema ? `, body: ${JSON.stringify(sample(document, schema, 0))}` : ''
      return [`  '${verb} ${path}': { status: ${found}${body} },\n`]
    }),
  )
  return `export const SAMPLES = {\n${entries.join('')}} as const\n`
}

const resolve = (document, node) => (node.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[key], document) : node)

function sample(document, reference, depth) {
  if (depth > NESTED_MAX) throw new Error(`a schema nests deeper than ${NESTED_MAX}: give it an optional end`)
  const schema = resolve(document, reference)
  const deeper = (part) => sample(document, part, depth + 1)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(deeper))
  const choice = schema.oneOf ?? schema.anyOf
  if (choice) return choice.some((each) => each.type === 'null') ? null : deeper(choice[0])
  const type = Array.isArray(schema.type) ? (schema.type.includes('null') ? 'null' : schema.type[0]) : schema.type
  if (type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => deeper(schema.items))
  if (type === 'object' || schema.properties) {
    return Object.fromEntries((schema.required ?? []).map((name) => [name, deeper(schema.properties[name])]))
  }
  if (type === 'string' && schema.format in FORMATS) return FORMATS[schema.format]
  if (type in PLAIN) return schema.minimum ?? PLAIN[type]
  return {}
}
