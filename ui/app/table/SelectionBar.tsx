import type { ReactNode } from 'react'
import { X } from 'lucide-react'
import { IconButton } from '~/ui/Button'

/** Lies over the end of the list while rows are chosen. */
export function SelectionBar({ words, onClear, children }: { words: string; onClear: () => void; children?: ReactNode }) {
  return (
    <div role="region" aria-label="Chosen rows" className="absolute bottom-10 left-1/2 z-10 flex w-fit -translate-x-1/2 items-center gap-3 rounded-md bg-surface py-1 pr-1 pl-3 shadow-pop" data-chrome>
      <span className="num" aria-live="polite">{words}</span>
      {children}
      <IconButton label="Choose none" onClick={onClear}><X /></IconButton>
    </div>
  )
}
