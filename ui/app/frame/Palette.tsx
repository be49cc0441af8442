import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, type Ref, useRef, useState } from 'react'
import { announce } from '~/state/announce'
import { Combobox, type Option } from '~/ui/Combobox'
import { useGo } from '~/ui/Link'
import { visible } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count } from '~/util/units'
import { useActions } from './actions'
import { useFound } from './found'
import { usePlaces } from './places'

export interface Command extends Option { run: () => void }
/** Of pages and actions, once something is typed; what the estate holds comes after them. */
const SHOWN_MAX = 8
const FILTER_SHOWN = 120

/** Pages and actions by name, then whatever of the estate has it in its name; anything else becomes a filter of the fleet. */
export function Palette({ open, onOpenChange, onHelp }: { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void }) {
  const [asked, setAsked] = useState<ReactNode>()
  const box = useRef<HTMLInputElement>(null)
  const before = useRef<Element>(null)
  const start = (event: Event) => {
    event.preventDefault()
    before.current = document.activeElement
    box.current?.focus()
  }
  // A question follows the palette: whoever answered it goes on where the palette was called.
  const answered = () => {
    setAsked(undefined)
    requestAnimationFrame(() => before.current instanceof HTMLElement && before.current.focus())
  }
  return (
    <>
      {asked}
      <Radix.Root open={open} onOpenChange={onOpenChange}>
        <Radix.Portal>
          <div data-modal className="fixed inset-0 z-40 bg-[var(--shade)]" />
          <Radix.Content aria-describedby={undefined} onOpenAutoFocus={start} className="fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-1rem))] -translate-x-1/2 rounded-md bg-surface shadow-pop outline-none">
            <Radix.Title className="sr-only">Go to or act</Radix.Title>
            <Commands close={() => onOpenChange(false)} onHelp={onHelp} ask={(dialog) => setAsked(dialog(answered))} box={box} />
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </>
  )
}

interface CommandsProps { close: () => void; onHelp: () => void; ask: (dialog: (close: () => void) => ReactNode) => void; box: Ref<HTMLInputElement> }

function Commands({ close, onHelp, ask, box }: CommandsProps) {
  const [text, setText] = useState('')
  const go = useGo()
  const wanted = text.trim()
  const all = [...usePlaces(wanted, onHelp), ...useActions(wanted !== '', ask)]
  const found = useFound(wanted)
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = all.filter((command) => words.every((word) => command.value.toLowerCase().includes(word)))
  const shown = wanted ? fitting.slice(0, SHOWN_MAX) : fitting
  const filter: Command[] = wanted ? [{ value: `Fleet: ${wanted}`, label: `Fleet: ${visible(wanted.slice(0, FILTER_SHOWN))}`, note: 'filter', run: () => go(path.fleet({ q: wanted })) }] : []
  const options = [...shown, ...found.commands, ...filter]
  const notes = [shown.length < fitting.length && `${count(fitting.length - shown.length)} more of the pages and actions: type on`, found.note].filter(Boolean)
  const pick = (option: Option | undefined) => {
    const command = options.find((each) => each.value === option?.value)
    if (command?.reason) return announce(command.reason)
    close()
    command?.run()
  }
  return (
    <>
      <Combobox ref={box} label="Go to or act" placeholder="Asset, CVE, image, site, page or action" value={text} onChange={setText} options={options} onPick={pick} onEnter={() => pick(options[0])}
        className="h-11 w-full bg-transparent px-4 outline-none" listClassName="static! mt-0! max-h-[50vh] border-t border-line shadow-none!" />
      {notes.length > 0 && <p role="status" className="border-t border-line px-4 py-1.5 text-xs text-meta">{notes.join(' · ')}</p>}
    </>
  )
}
