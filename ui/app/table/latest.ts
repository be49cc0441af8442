import { useCallback, useLayoutEffect, useRef } from 'react'

/** One function that never changes and calls the newest of these, so that a row is drawn again only when it differs. */
export function useLatest<T extends Record<string, (index: number) => void>>(functions: T): (what: keyof T, index: number) => void {
  const newest = useRef(functions)
  useLayoutEffect(() => {
    newest.current = functions
  })
  return useCallback((what, index) => newest.current[what]?.(index), [])
}
