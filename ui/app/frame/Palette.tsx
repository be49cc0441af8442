import { Dialog as Radix } from 'radix-ui'
import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useSetAsOf } from '~/state/as-of'
import { setTheme } from '~/state/theme'
import { Combobox, type Option } from '~/ui/Combobox'
import { useGo } from '~/ui/Link'
import { visible } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { useOffered } from './Rail'
import { useFound } from './found'
import { useSignOut } from './sign-out'

export interface Command extends Option { run: () => void }
/** Of pages and actions, once something is typed; what the estate holds comes after them. */
const SHOWN_MAX = 5
const FILTER_SHOWN = 120

/** Pages and actions by name, then whatever of the estate has it in its name; anything else becomes a filter of the fleet. */
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
  const found = useFound(text.trim())
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = all.filter((command) => words.every((word) => command.value.toLowerCase().includes(word))).slice(0, text.trim() ? SHOWN_MAX : undefined)
  const filter: Command[] = text.trim() ? [{ value: `Fleet: ${text.trim()}`, label: `Fleet: ${visible(text.trim().slice(0, FILTER_SHOWN))}`, note: 'filter', run: () => go(path.fleet({ q: text.trim() })) }] : []
  const options = [...fitting, ...found.commands, ...filter]
  const pick = (option: Option | undefined) => {
    close()
    options.find((command) => command.value === option?.value)?.run()
  }
  return (
    <>
      <Combobox autoFocus label="Go to or act" placeholder="Asset, CVE, image, site, page or action" value={text} onChange={setText} options={options} onPick={pick} onEnter={() => pick(options[0])}
        className="h-11 w-full bg-transparent px-4 outline-none" listClassName="static! mt-0! max-h-[50vh] border-t border-line shadow-none!" />
      {found.note && <p role="status" className="border-t border-line px-4 py-1.5 text-xs text-meta">{found.note}</p>}
    </>
  )
}

function useCommands(onHelp: () => void): Command[] {
  const pages = useOffered()
  const go = useGo()
  const setAsOf = useSetAsOf()
  const signOut = useSignOut()
  const day = 86_400_000
  const mayImages = useCan('image:read', 'read').may
  const images = !mayImages ? [] : [
    { value: 'Images: image × patch matrix', note: 'page', run: () => go(path.images({ view: 'matrix' })) },
    { value: 'Images: link rules', note: 'page', run: () => go(path.images({ view: 'rules' })) },
    { value: 'Images: register a version', note: 'action', run: () => go(path.images({ view: 'register' })) },
  ]
  return [
    ...pages.map(({ title, rail }) => ({ value: title, note: rail.keys ?? 'page', run: () => go(rail.to) })),
    { value: 'Profile', note: 'page', run: () => go(path.profile()) },
    ...images,
    { value: 'As of: now', note: 'time', run: () => setAsOf(undefined) },
    { value: 'As of: 1 d ago', note: 'time', run: () => setAsOf(new Date(Date.now() - day)) },
    { value: 'As of: 7 d ago', note: 'time', run: () => setAsOf(new Date(Date.now() - 7 * day)) },
    { value: 'Theme: light', note: 'theme', run: () => setTheme('light') },
    { value: 'Theme: dark', note: 'theme', run: () => setTheme('dark') },
    { value: 'Theme: like the system', note: 'theme', run: () => setTheme('system') },
    { value: 'Keys and help', note: '?', run: onHelp },
    { value: 'Sign out', note: 'action', run: signOut.run },
  ]
}
