import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { eventually } from '../../test/mock/eventually'
import { answer } from '../../test/mock/server'
import { show } from '../../test/mock/show'
import { FilterInput } from './FilterInput'

async function open() {
  const applied: string[] = []
  function Filter() {
    const [value, setValue] = useState('')
    return <FilterInput value={value} onApply={(text) => { applied.push(text); setValue(text) }} />
  }
  await show(Filter)
  const input = screen.getByRole('combobox', { name: 'Filter' }) as HTMLInputElement
  const user = userEvent.setup()
  await user.click(input)
  return { applied, input, user }
}
const options = () => screen.queryAllByRole('option').map((option) => option.querySelector('bdi')?.textContent)

test('keys of the language are suggested, then what the fleet holds; a whole term is applied', async () => {
  const asked: (string | null)[] = []
  answer('get', '/api/v1/assets/groups', (url) => {
    asked.push(url.searchParams.get('by'))
    return [{ value: 'aws', assets: 7 }, { value: 'azure', assets: 2 }, { value: 'vsphere', assets: 1 }] as never
  })
  const { applied, input, user } = await open()
  await user.type(input, 'plat')
  expect(options()).toEqual(['platform:'])
  await user.keyboard('{ArrowDown}{Enter}')
  expect(input.value).toBe('platform:')
  expect(applied).toEqual([])
  await user.keyboard('a')
  await eventually(() => expect(options()).toEqual(['aws', 'azure']))
  expect(asked).toEqual(['platform'])
  await user.keyboard('{ArrowDown}{ArrowDown}{Enter}')
  expect(applied).toEqual(['platform:azure'])
})

test('a half-written term is applied by Enter only', async () => {
  const { applied, user } = await open()
  await user.keyboard('web1')
  expect(applied).toEqual([])
  await user.keyboard('{Enter}')
  expect(applied).toEqual(['web1'])
  await user.click(screen.getByRole('button', { name: 'Clear filter' }))
  expect(applied).toEqual(['web1', ''])
})
