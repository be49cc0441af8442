import { useEffect, type RefObject } from 'react'

interface Actions {
  rows: number
  active: number
  page: number
  move: (to: number) => void
  choose: () => void
  open: () => void
  peek: () => void
  clear: () => void
}

/** Keys are for writing where one writes, and belong to whatever lies above the page. */
const busy = (target: EventTarget | null) =>
  (target instanceof HTMLElement && !!target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu]')) || !!document.querySelector('[data-modal]')

/** j k ↑ ↓ move, x chooses, Enter opens, Space peeks, / filters; also while nothing has the focus. */
export function useGridKeys(box: RefObject<HTMLElement | null>, actions: Actions) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return
      if (event.key === '/') {
        event.preventDefault()
        return document.querySelector<HTMLElement>('[data-filter]')?.focus()
      }
      const here = event.target === box.current || event.target === document.body || (event.target instanceof HTMLHeadingElement)
      if (!here && !(event.target instanceof Node && box.current?.contains(event.target) && 'jk'.includes(event.key))) return
      const act: Record<string, () => void> = {
        j: () => actions.move(actions.active + 1), ArrowDown: () => actions.move(actions.active + 1),
        k: () => actions.move(actions.active - 1), ArrowUp: () => actions.move(actions.active - 1),
        PageDown: () => actions.move(actions.active + actions.page), PageUp: () => actions.move(actions.active - actions.page),
        Home: () => actions.move(0), End: () => actions.move(actions.rows - 1),
        x: actions.choose, Enter: actions.open, ' ': actions.peek, Escape: actions.clear,
      }
      const run = act[event.key]
      if (!run) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
}
