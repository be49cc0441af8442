import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { fieldsOf, toConfig, type Values } from './schema'
import { SchemaForm } from './SchemaForm'

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
