import { expect, test } from 'vitest'
import { fieldsOf, toConfig, toValues, type Schema } from './schema'

const SCHEMA: Schema = {
  $defs: { Level: { type: 'string', enum: ['low', 'high'] } },
  required: ['host'],
  properties: {
    host: { type: 'string', maxLength: 9 },
    level: { anyOf: [{ $ref: '#/$defs/Level' }, { type: 'null' }], default: null },
    size: { type: 'integer', minimum: 1, maximum: 10, default: 5 },
    regions: { type: ['array', 'null'], items: { type: 'string' } },
    dry: { type: 'boolean' },
    token: { type: 'string', writeOnly: true },
    deep: { type: 'object' },
  },
}

test('a schema becomes fields', () => {
  const fields = fieldsOf(SCHEMA)
  expect(fields.map(({ key, kind }) => `${key}:${kind}`)).toEqual(['host:text', 'level:choice', 'size:integer', 'regions:list', 'dry:switch', 'token:secret', 'deep:json'])
  expect(fields[0]).toMatchObject({ required: true, maxLength: 9 })
  expect(fields[1]).toMatchObject({ options: ['low', 'high'], fallback: undefined })
  expect(fields[2]).toMatchObject({ minimum: 1, maximum: 10, fallback: '5' })
})

test('a configuration survives the way through the form', () => {
  const fields = fieldsOf(SCHEMA)
  const config = { host: 'a', level: 'low', size: 3, regions: ['x', 'y'], dry: false, deep: { a: [1] } }
  expect(toConfig(fields, toValues(fields, config))).toEqual({ config, problems: {} })
})

test('what is left out is left out, and what is wrong is said', () => {
  const fields = fieldsOf(SCHEMA)
  expect(toConfig(fields, { size: '11', deep: '{', level: '' })).toEqual({ config: {}, problems: { host: 'is needed', size: 'is more than 10', deep: 'is not JSON' } })
  expect(toConfig(fields, { host: 'a', size: '1.5' }).problems).toEqual({ size: 'is not a whole number' })
})
