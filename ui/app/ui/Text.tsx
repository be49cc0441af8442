import { Check, Copy } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { cx } from '~/util/class'
import { announce } from '~/state/announce'
import { IconButton } from './Button'
import { Dialog } from './Dialog'

const SHOWN_MAX = 300
const TITLE_MAX = 1_000

/** Invisible and direction-changing characters are shown as what they are, so that no name can pose as another. */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
export const visible = (text: string) =>
  text.replace(HIDDEN, (c) => `\u2423${c.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`)

interface Props { children: string; mono?: boolean; className?: string; wrap?: boolean }

/** A name that a stranger chose: isolated from the writing direction around it, cut to fit, whole on hover. */
export function Text({ children, mono, className, wrap }: Props) {
  const long = children.length > SHOWN_MAX
  const text = visible(long ? `${children.slice(0, SHOWN_MAX)}…` : children)
  return (
    <bdi title={children.length > 24 ? visible(children.slice(0, TITLE_MAX)) : undefined}
      className={cx('[font-variant-numeric:normal]', wrap ? 'break-words' : 'inline-block max-w-full truncate align-bottom', mono && 'font-mono text-[0.93em]', className)}>
      {text}
    </bdi>
  )
}

/** The same with the whole text a click away. */
export function LongText({ children, title, ...rest }: Props & { title: string }) {
  const [open, setOpen] = useState(false)
  if (children.length <= SHOWN_MAX) return <Text {...rest}>{children}</Text>
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <Text {...rest}>{children}</Text>
      <button type="button" className="text-xs whitespace-nowrap text-accent underline" onClick={() => setOpen(true)}>all {children.length} characters</button>
      <Dialog open={open} onOpenChange={setOpen} title={title}><bdi className="font-mono text-xs break-all whitespace-pre-wrap">{visible(children)}</bdi></Dialog>
    </span>
  )
}

const TOLD_MS = 1_500
const MANUAL_MS = 6_000

/** Over plain http there is no clipboard: then what is to be copied is selected, and the button says so. */
export function CopyButton({ text, label = 'Copy', icon = <Copy /> }: { text: string | (() => string); label?: string; icon?: ReactNode }) {
  const [told, setTold] = useState<string>()
  const tell = (words: string, shown: number) => {
    announce(words)
    setTold(words)
    setTimeout(() => setTold(undefined), shown)
  }
  const copy = async (button: HTMLElement) => {
    const wanted = typeof text === 'string' ? text : text()
    if (await writeClipboard(wanted)) return tell('Copied', TOLD_MS)
    const selected = selectBeside(button, wanted)
    tell(selected ? 'This page may not copy; it is selected, press Ctrl C' : 'This page may not copy: select the text by hand', MANUAL_MS)
  }
  return <IconButton label={told ?? label} onClick={(event) => void copy(event.currentTarget)}>{told === 'Copied' ? <Check /> : icon}</IconButton>
}

/** The browser has none outside of a secure context, and may refuse it in one. */
const writeClipboard = (text: string): Promise<boolean> =>
  (navigator.clipboard as Clipboard | undefined)?.writeText(text).then(() => true, () => false) ?? Promise.resolve(false)

/** Selects what stands beside the button, when that is the text itself and not a shortened one. */
function selectBeside(button: HTMLElement, text: string): boolean {
  const shown = [...(button.parentElement?.children ?? [])].find((each) => each.textContent === text)
  if (shown) getSelection()?.selectAllChildren(shown)
  return shown !== undefined
}

/** A command line to run, with its copy button. */
export function Command({ children }: { children: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-md border border-line bg-sunken py-px pr-px pl-2">
      <code className="min-w-0 text-xs break-words">{children}</code>
      <CopyButton text={children} label="Copy command" />
    </span>
  )
}
