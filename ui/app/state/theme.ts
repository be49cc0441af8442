import { useSyncExternalStore } from 'react'

/** The only thing this application stores in the browser. */
const KEY = 'qlrf-theme'
export type Theme = 'system' | 'light' | 'dark'

const system = window.matchMedia('(prefers-color-scheme: dark)')
const readers = new Set<() => void>()

export function stored(): Theme {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

export function apply() {
  const theme = stored()
  document.documentElement.dataset.theme = theme === 'system' ? (system.matches ? 'dark' : 'light') : theme
  for (const reader of readers) reader()
}

export function setTheme(theme: Theme) {
  if (theme === 'system') localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, theme)
  apply()
}

export const useTheme = () =>
  useSyncExternalStore((reader) => (readers.add(reader), () => readers.delete(reader)), stored)

system.addEventListener('change', apply)
