import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { TooltipProvider } from '~/ui/Button'
import { fieldsOf } from './schema'
import { SchemaForm } from './SchemaForm'
import { toConfig, type Values } from './values'

const FIELDS = fieldsOf({
  required: ['host'],
  properties: {
    host: { type: 'string', description: 'Where it listens' },
    level: { type: 'string', enum: ['low', 'high'] },
    size: { type: 'integer', minimum: 1, default: 5 },
    regions: { type: 'array', items: { type: 'string' } },
    dry_run: { type: 'boolean' },
    token: { type: 'string', writeOnly: true },
  },
})

function Form({ problems = {} }: { problems?: Record<string, string> }) {
  const [values, setValues] = useState<Values>({})
  return (
    <>
      <SchemaForm fields={FIELDS} values={values} problems={problems} onChange={setValues} />
      <output>{JSON.stringify(toConfig(FIELDS, values).config)}</output>
    </>
  )
}

test('each property is a labelled field of its kind, and what is typed is the configuration', async () => {
  const user = userEvent.setup()
  render(<Form />)
  await user.type(screen.getByLabelText('host (needed)'), 'a.example')
  await user.selectOptions(screen.getByLabelText('level'), 'high')
  await user.type(screen.getByLabelText('size'), '7')
  await user.type(screen.getByLabelText('regions'), 'eu{Enter}us')
  await user.selectOptions(screen.getByLabelText('dry run'), 'no')
  await user.type(screen.getByLabelText('token'), 's3cret')
  expect(JSON.parse(screen.getByRole('status').textContent ?? '')).toEqual({ host: 'a.example', level: 'high', size: 7, regions: ['eu', 'us'], dry_run: false, token: 's3cret' })
  expect(screen.getByLabelText('token').getAttribute('type')).toBe('password')
  expect(screen.getByText('Where it listens')).toBeTruthy()
})

test('what is wrong is said at its field and read out with it', () => {
  render(<Form problems={{ size: 'has to be at least 1' }} />)
  const size = screen.getByLabelText('size')
  expect(size.getAttribute('aria-invalid')).toBe('true')
  expect(document.getElementById(size.getAttribute('aria-describedby') ?? '')?.textContent).toBe('has to be at least 1')
  expect(screen.getByLabelText('host (needed)').getAttribute('aria-invalid')).toBeNull()
})

const NESTED = fieldsOf({
  required: ['hosts'],
  properties: {
    hosts: { type: 'array', items: { type: 'object', required: ['address'], properties: { address: { type: 'string' }, labels: { type: 'object', additionalProperties: { type: 'string' } } } } },
    jump: { type: ['object', 'null'], properties: { address: { type: 'string' } }, required: ['address'] },
    auth: { oneOf: [{ type: 'object', properties: { method: { const: 'role' }, role: { type: 'string' } } }, { type: 'object', properties: { method: { const: 'none' } } }] },
  },
})

function Nested() {
  const [values, setValues] = useState<Values>({})
  return (
    <>
      <SchemaForm fields={NESTED} values={values} problems={{ 'hosts[1].address': 'is needed' }} onChange={setValues} />
      <output>{JSON.stringify(toConfig(NESTED, values).config)}</output>
    </>
  )
}

test('rows, groups, names with values and alternatives are filled in by hand', async () => {
  const user = userEvent.setup()
  render(<TooltipProvider><Nested /></TooltipProvider>)
  const host = (n: number) => within(screen.getByRole('group', { name: `host ${n}` }))
  await user.type(host(1).getByLabelText('address (needed)'), 'a')
  await user.click(host(1).getByRole('button', { name: 'Add label' }))
  await user.type(host(1).getByLabelText('Name of label 1'), 'rack')
  await user.type(host(1).getByLabelText('Value of label 1'), '7')
  await user.click(screen.getByRole('button', { name: 'Add host' }))
  expect(host(2).getByRole('alert').textContent).toBe('is needed')
  await user.type(host(2).getByLabelText('address (needed)'), 'b')
  await user.click(screen.getByRole('button', { name: 'Set jump' }))
  await user.type(within(screen.getByRole('group', { name: 'jump' })).getByLabelText('address (needed)'), 'j')
  await user.selectOptions(screen.getByLabelText('auth: which'), 'role')
  await user.type(screen.getByLabelText('role'), 'reader')
  const config = () => JSON.parse(screen.getByRole('status').textContent ?? '')
  expect(config()).toEqual({ hosts: [{ address: 'a', labels: { rack: '7' } }, { address: 'b' }], jump: { address: 'j' }, auth: { method: 'role', role: 'reader' } })
  await user.click(screen.getByRole('button', { name: 'Remove host 1' }))
  await user.click(screen.getByRole('button', { name: 'Leave jump out' }))
  await user.selectOptions(screen.getByLabelText('auth: which'), '')
  expect(config()).toEqual({ hosts: [{ address: 'b' }] })
})
