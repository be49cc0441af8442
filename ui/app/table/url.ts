import { useMemo } from 'react'
import { oneOf, type RawSearch, useUrl } from '~/state/url'
import type { Column } from './columns'

const DENSITIES = ['regular', 'compact'] as const

/** What a list keeps in the URL; a page with more of its own reads that beside it. */
export interface TableUrl {
  q?: string
  sort?: string
  group?: string
  peek?: string
  density: (typeof DENSITIES)[number]
  /** Ids of the shown columns, in order; absent for the columns that show by themselves. */
  columns?: string[]
}

const TEXT_MAX = 1024

export function readTable(raw: RawSearch): TableUrl {
  return {
    q: raw.q?.slice(0, TEXT_MAX) || undefined,
    sort: raw.sort && /^-?[a-z_]+$/.test(raw.sort) ? raw.sort : undefined,
    group: raw.group && /^[a-z_]+$/.test(raw.group) ? raw.group : undefined,
    peek: raw.peek?.slice(0, 64) || undefined,
    density: oneOf(raw.density, DENSITIES) ?? 'regular',
    columns: raw.cols?.split(',').filter(Boolean),
  }
}

export const useTableUrl = () => useUrl(readTable)

/** Unknown ids are dropped; the title column always shows. */
export function useShown<Row>(columns: Column<Row>[], url: TableUrl): Column<Row>[] {
  const chosen = url.columns?.join(',')
  return useMemo(() => {
    const ids = chosen?.split(',')
    const shown = columns.filter((column) => column.card === 'title' || (ids ? ids.includes(column.id) : !column.hidden))
    return shown.length > 1 ? shown : columns.filter((column) => !column.hidden)
  }, [columns, chosen])
}

/** None → ascending → descending → none; a name with `-` goes only downwards. */
export function nextSort(current: string | undefined, name: string): string | undefined {
  if (name.startsWith('-')) return current === name ? undefined : name
  if (current === name) return `-${name}`
  return current === `-${name}` ? undefined : name
}
