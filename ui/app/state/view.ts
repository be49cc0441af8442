import { useLocation } from '@tanstack/react-router'
import { stringifySearch, type RawSearch } from './url'

/** What a view is made of: page, filter, order, columns and scope. The moment and the row that is looked at are not part of it. The same view has one address. */
export function viewAddress(pathname: string, search: RawSearch): string {
  const kept = Object.entries(search).filter(([key]) => key !== 'as_of' && key !== 'peek')
  return pathname + stringifySearch(Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))))
}

export function useViewAddress(): string {
  return useLocation({ select: ({ pathname, search }) => viewAddress(pathname, search as RawSearch) })
}
