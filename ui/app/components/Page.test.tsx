import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { PageHeader } from './Page'

const first = <><PageHeader title="Before" /><p>Loading</p></>
const second = <div><PageHeader title="After" /></div>
const heading = (name: string) => screen.getByRole('heading', { name })

test('a heading takes over the focus of the one that it replaces', () => {
  const { rerender } = render(first)
  heading('Before').focus()
  rerender(second)
  expect(document.activeElement).toBe(heading('After'))
})

test('and takes none that the other did not have', () => {
  const { rerender } = render(first)
  heading('Before').blur()
  rerender(second)
  expect(document.activeElement).toBe(document.body)
})
