import { useState } from 'react'
import { Button } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { Command } from '~/ui/Text'
import { PreviewSheet } from './PreviewSheet'

interface Props { text: string; base: string; reason?: string; close: () => void; saved: () => void }

/** The rules as they are kept with code: comments and examples stay as they are written. */
export function DocumentSheet({ text, base, reason, close, saved }: Props) {
  const [typed, setTyped] = useState(text)
  const [sent, setSent] = useState<string>()
  return (
    <Sheet open onOpenChange={(on) => { if (!on) close() }} title="Rules as a document" className="md:w-[min(48rem,100vw)]">
      <div className="flex h-full min-h-96 flex-col gap-3">
        <label htmlFor="mapping-document" className="text-xs text-dim">YAML or JSON, as <Command>qlrf mapping show --document</Command> prints it</label>
        <textarea id="mapping-document" value={typed} onChange={(event) => setTyped(event.target.value)} spellCheck={false} wrap="off" dir="ltr"
          className="min-h-80 w-full grow resize-none rounded-md border border-line-strong bg-surface p-3 font-mono text-xs" />
        <div className="flex justify-end"><Button kind="primary" disabledReason={reason} onClick={() => setSent(typed)}>Preview changes</Button></div>
      </div>
      {sent !== undefined && <PreviewSheet document={sent} base={base} reason={reason} close={() => setSent(undefined)} saved={saved} />}
    </Sheet>
  )
}
