import { expect, test } from 'vitest'
import { fieldsOf, type Schema } from './schema'
import { placesOf, toConfig, toValues, type Values } from './values'

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

const NESTED: Schema = {
  $defs: {
    Reference: { type: 'string', pattern: '^(env|file|vault):' },
    Host: { type: 'object', required: ['address'], properties: { address: { type: 'string' }, port: { type: 'integer', minimum: 0, maximum: 65535, default: 22 }, labels: { type: 'object', additionalProperties: { type: 'string' } } } },
    Jump: { type: 'object', required: ['address'], properties: { address: { type: 'string' } } },
    Auth: { oneOf: [
      { type: 'object', required: ['method', 'role'], properties: { method: { const: 'role' }, role: { type: 'string' } } },
      { type: 'object', required: ['method', 'secret'], properties: { method: { const: 'key' }, secret: { $ref: '#/$defs/Reference' } } },
    ] },
  },
  required: ['hosts', 'key'],
  properties: {
    hosts: { type: 'array', items: { $ref: '#/$defs/Host' } },
    jump: { anyOf: [{ $ref: '#/$defs/Jump' }, { type: 'null' }], default: null },
    key: { description: 'Private key', $ref: '#/$defs/Reference' },
    auth: { anyOf: [{ $ref: '#/$defs/Auth' }, { type: 'null' }] },
  },
}

test('objects, lists of objects, names with values and alternatives are fields as well, those that are needed first', () => {
  const fields = fieldsOf(NESTED)
  expect(fields.map(({ key, kind }) => `${key}:${kind}`)).toEqual(['hosts:rows', 'key:reference', 'jump:group', 'auth:variant'])
  expect(fields[0]?.fields?.map(({ key, kind }) => `${key}:${kind}`)).toEqual(['address:text', 'port:integer', 'labels:map'])
  expect(fields[3]?.variants?.map(({ name, fields }) => `${name}: ${fields.map(({ key }) => key).join()}`)).toEqual(['role: role', 'key: secret'])
})

test('a nested configuration survives the way through the form', () => {
  const fields = fieldsOf(NESTED)
  const config = { hosts: [{ address: 'a', port: 2222, labels: { rack: '7', 'a.b/c': '' } }, { address: 'b' }], jump: { address: 'j' }, key: 'env:KEY', auth: { method: 'key', secret: 'vault:kv/x#y' } }
  expect(toConfig(fields, toValues(fields, config))).toEqual({ config, problems: {} })
  const { jump, auth, ...least } = config
  expect([jump, auth]).toHaveLength(2)
  expect(toConfig(fields, toValues(fields, least)).config).toEqual(least)
})

test('what is wrong is told by its path, as the server tells it', () => {
  const fields = fieldsOf(NESTED)
  const values: Values = { hosts: [{ address: 'a' }, { port: '99999', labels: [{ name: '', value: 'x' }] }], jump: {}, key: 'hunter2' }
  const { problems } = toConfig(fields, values)
  expect(Object.keys(problems).sort()).toEqual(['hosts[1].address', 'hosts[1].labels', 'hosts[1].port', 'jump.address', 'key'])
  expect(problems.key).toContain('is not the secret itself')
  expect(toConfig(fields, {}).problems).toEqual({ hosts: 'is needed', key: 'is needed' })
  expect(placesOf(fields, values)).toEqual(expect.arrayContaining(['hosts', 'hosts[1].port', 'jump', 'jump.address', 'key']))
})

test('what the schema does not foresee stays as it was written', () => {
  const fields = fieldsOf(NESTED)
  const config = { hosts: 'all', auth: { method: 'other' }, key: 'env:K' }
  expect(toConfig(fields, toValues(fields, config)).problems).toEqual({ hosts: 'is not JSON' })
  expect(toConfig(fields, toValues(fields, { ...config, hosts: [{ address: 'a' }] })).config).toEqual({ ...config, hosts: [{ address: 'a' }] })
})
