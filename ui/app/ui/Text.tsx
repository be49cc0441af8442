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

export function CopyButton({ text, label = 'Copy', icon = <Copy /> }: { text: string | (() => string); label?: string; icon?: ReactNode }) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
    announce('Copied')
    setDone(true)
    setTimeout(() => setDone(false), 1500)
  }
  return <IconButton label={done ? 'Copied' : label} onClick={() => void copy()}>{done ? <Check /> : icon}</IconButton>
}

/** A command line to run, with its copy button. */
export function Command({ children }: { children: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-md border border-line bg-sunken py-px pr-px pl-2">
      <code className="min-w-0 overflow-x-auto text-xs whitespace-nowrap">{children}</code>
      <CopyButton text={children} label="Copy command" />
    </span>
  )
}
