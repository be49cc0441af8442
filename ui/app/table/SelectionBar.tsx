import type { ReactNode } from 'react'
import { X } from 'lucide-react'
import { IconButton } from '~/ui/Button'

/** Lies over the end of the list while rows are chosen. */
export function SelectionBar({ words, onClear, children }: { words: string; onClear: () => void; children?: ReactNode }) {
  return (
    <div role="region" aria-label="Chosen rows" className="sticky bottom-0 z-10 mx-auto mb-2 flex w-fit items-center gap-3 rounded-md bg-surface py-1 pr-1 pl-3 shadow-pop" data-chrome>
      <span className="num" aria-live="polite">{words}</span>
      {children}
      <IconButton label="Choose none" onClick={onClear}><X /></IconButton>
    </div>
  )
}
