import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

export type RawSearch = Record<string, string | undefined>

/** A page's state lives in the URL. `read` validates it: what it does not know becomes the default, never an error. */
export function useUrl<T>(read: (raw: RawSearch) => T) {
  const raw = useRouterState({ select: (state) => state.location.search as RawSearch })
  const navigate = useNavigate()
  const set = useCallback(
    (patch: RawSearch, options: { replace?: boolean } = {}) => {
      const merge = (old: RawSearch) => Object.fromEntries(Object.entries({ ...old, ...patch }).filter(([, value]) => value))
      return void navigate({ to: '.', search: merge as never, replace: options.replace, resetScroll: false })
    },
    [navigate],
  )
  return [useMemo(() => read(raw), [read, raw]), set] as const
}

export const oneOf = <T extends string>(value: string | undefined, allowed: readonly T[]): T | undefined =>
  allowed.find((each) => each === value)

/** `?q=platform:aws` and not `?q="platform:aws"`: every value is text. */
export function parseSearch(text: string): RawSearch {
  return Object.fromEntries(new URLSearchParams(text))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  // Colons and commas are legal in a query, and a readable URL can be dictated.
  return text ? `?${text.replaceAll('%3A', ':').replaceAll('%2C', ',')}` : ''
}
