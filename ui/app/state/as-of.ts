import { useNavigate, useRouterState } from '@tanstack/react-router'

/** The moment that every page shows: `as_of` in the URL, absent for now. */
export function useAsOf(): string | undefined {
  return useRouterState({ select: (state) => momentOf(state.location.search as Record<string, unknown>) })
}

export function useSetAsOf() {
  const navigate = useNavigate()
  return (moment: Date | undefined, options: { replace?: boolean } = {}) =>
    void navigate({ to: '.', replace: options.replace, resetScroll: false, search: ((old: Record<string, unknown>) => ({ ...old, as_of: moment?.toISOString() })) as never })
}

/** Anything that is not a moment in the past is no moment. */
export function momentOf(search: Record<string, unknown>): string | undefined {
  const value = search.as_of
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined
  return Number.isNaN(Date.parse(value)) ? undefined : value
}
