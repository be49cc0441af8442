import { type ReactNode, useSyncExternalStore } from 'react'

/** What an action brought, told over whatever page one is on; the newest replaces the one before. */
let shown: ReactNode
const readers = new Set<() => void>()

export function notify(notice: ReactNode) {
  shown = notice
  for (const reader of readers) reader()
}

export const useNotice = () => useSyncExternalStore((reader) => (readers.add(reader), () => readers.delete(reader)), () => shown)
