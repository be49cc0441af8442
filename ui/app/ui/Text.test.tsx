import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { Actor } from './Actor'
import { Command } from './Text'
import { TooltipProvider } from './Button'

const shown = () => render(<TooltipProvider><Command>qlrf feed sync</Command></TooltipProvider>)

it('copies where the browser lets it', async () => {
  const user = userEvent.setup()
  shown()
  await user.click(screen.getByRole('button', { name: 'Copy command' }))
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeDefined()
  expect(await navigator.clipboard.readText()).toBe('qlrf feed sync')
})

it('selects the text and says so where there is no clipboard, as over plain http', async () => {
  const user = userEvent.setup()
  vi.stubGlobal('navigator', Object.create(navigator, { clipboard: { value: undefined } }) as Navigator)
  shown()
  await user.click(screen.getByRole('button', { name: 'Copy command' }))
  expect(await screen.findByRole('button', { name: /it is selected, press Ctrl C/ })).toBeDefined()
  expect(getSelection()?.toString()).toBe('qlrf feed sync')
  vi.unstubAllGlobals()
})

it('an actor is told by name; the id of a token is behind it, and what is no such thing stays whole', () => {
  const id = '01a20279-b1a9-77ad-a7b9-bcb9f5a3ef19'
  render(<><Actor>{`token:local CLI (${id})`}</Actor><Actor>person:admin</Actor></>)
  expect(screen.getByTitle(`API token ${id}`).textContent).toBe('local CLItoken ef19')
  expect(screen.getByText('person:admin')).toBeDefined()
})
