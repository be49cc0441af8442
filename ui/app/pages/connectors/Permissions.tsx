import { CopyButton, visible } from '~/ui/Text'
import type { Kind } from './words'

/** What the account of a connector needs at its provider, in the provider's own form. */
export function Permissions({ kind }: { kind: Kind }) {
  if (!kind.permissions) return null
  return (
    <details className="min-w-0 rounded-md border border-line px-3 py-2">
      <summary className="cursor-pointer text-dim">What its account may do</summary>
      <div className="flex items-start gap-2 pt-2">
        <p className="text-xs text-meta">Exactly what a collection asks, and nothing that changes anything. Give its account this and no more.</p>
        <span className="ml-auto"><CopyButton text={kind.permissions} label="Copy permissions" /></span>
      </div>
      <pre tabIndex={0} aria-label="Permissions" className="mt-1 max-h-64 overflow-auto font-mono text-xs">{visible(kind.permissions)}</pre>
    </details>
  )
}
