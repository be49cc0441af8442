import { useEffect, useRef } from 'react'
import { PAGES } from '~/pages'
import { useGo } from '~/ui/Link'

const SEQUENCE_MS = 1_000

/** Ctrl-K or ⌘K: palette; ?: help; `g` and a letter: a page. */
export function useShortcuts({ palette, help }: { palette: () => void; help: () => void }) {
  const go = useGo()
  const led = useRef(0)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        return palette()
      }
      const writing = event.target instanceof HTMLElement && event.target.closest('input:not([type=checkbox]), textarea, select')
      if (writing || event.metaKey || event.ctrlKey || event.altKey || document.querySelector('[data-modal]')) return
      if (event.key === '?') return help()
      const page = Date.now() - led.current < SEQUENCE_MS ? PAGES.find((each) => each.rail?.keys === `g ${event.key}`) : undefined
      led.current = event.key === 'g' ? Date.now() : 0
      if (page?.rail) {
        event.preventDefault()
        go(page.rail.to)
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
}
