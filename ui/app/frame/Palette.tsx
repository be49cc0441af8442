import { Dialog as Radix } from 'radix-ui'
import { useState } from 'react'
import { useSetAsOf } from '~/state/as-of'
import { setTheme } from '~/state/theme'
import { Combobox, type Option } from '~/ui/Combobox'
import { useGo } from '~/ui/Link'
import { path } from '~/util/path-builder'
import { useOffered } from './Rail'

interface Command extends Option { run: () => void }
const SHOWN_MAX = 10

/** Pages and actions by name; anything else becomes a filter of the fleet. */
export function Palette({ open, onOpenChange, onHelp }: { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void }) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <div data-modal className="fixed inset-0 z-40 bg-[var(--shade)]" />
        <Radix.Content aria-describedby={undefined} className="fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-1rem))] -translate-x-1/2 rounded-md bg-surface shadow-pop outline-none">
          <Radix.Title className="sr-only">Go to or act</Radix.Title>
          <Commands close={() => onOpenChange(false)} onHelp={onHelp} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Commands({ close, onHelp }: { close: () => void; onHelp: () => void }) {
  const [text, setText] = useState('')
  const all = useCommands(onHelp)
  const go = useGo()
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = all.filter((command) => words.every((word) => command.value.toLowerCase().includes(word))).slice(0, SHOWN_MAX)
  const search: Command[] = text.trim() ? [{ value: `Fleet: ${text.trim()}`, note: 'filter', run: () => go(path.fleet({ q: text.trim() })) }] : []
  const options = [...fitting, ...search]
  const pick = (option: Option | undefined) => {
    close()
    options.find((command) => command.value === option?.value)?.run()
  }
  return (
    <Combobox autoFocus label="Go to or act" placeholder="Go to a page, act, or filter the fleet" value={text} onChange={setText} options={options} onPick={pick} onEnter={() => pick(options[0])}
      className="h-11 w-full bg-transparent px-4 outline-none" listClassName="static! mt-0! max-h-[50vh] border-t border-line shadow-none!" />
  )
}

function useCommands(onHelp: () => void): Command[] {
  const pages = useOffered()
  const go = useGo()
  const setAsOf = useSetAsOf()
  const day = 86_400_000
  return [
    ...pages.map(({ title, rail }) => ({ value: title, note: rail.keys ?? 'page', run: () => go(rail.to) })),
    { value: 'As of: now', note: 'time', run: () => setAsOf(undefined) },
    { value: 'As of: 1 d ago', note: 'time', run: () => setAsOf(new Date(Date.now() - day)) },
    { value: 'As of: 7 d ago', note: 'time', run: () => setAsOf(new Date(Date.now() - 7 * day)) },
    { value: 'Theme: light', note: 'theme', run: () => setTheme('light') },
    { value: 'Theme: dark', note: 'theme', run: () => setTheme('dark') },
    { value: 'Theme: like the system', note: 'theme', run: () => setTheme('system') },
    { value: 'Keys and help', note: '?', run: onHelp },
  ]
}
