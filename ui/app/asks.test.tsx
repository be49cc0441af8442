import type { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { eventually } from '../test/mock/eventually'
import { show } from '../test/mock/show'
import { makeQueryClient } from './api/query'
import { PAGES } from './pages'
import { parseSearch } from './state/url'

const put = (queries: QueryClient) => queries.getQueryCache().getAll().map((query) => query.queryHash)
const AHEAD = PAGES.flatMap((page) => (page.asks ? [{ ...page, asks: page.asks }] : []))
const SEARCHES = ['', '?q=env:prod&sort=name&severity=critical&kev=true&offenders=site', '?tab=time&view=matrix']

test.each(AHEAD.flatMap((page) => SEARCHES.map((search) => ({ ...page, search }))))('what $title asks ahead of its code is what it asks: "$search"', async ({ load, asks, search }) => {
  const ahead = makeQueryClient(() => {})
  for (const ask of asks(parseSearch(search))) ask(ahead, {})
  expect(put(ahead)).not.toEqual([])
  const Page = (await load()).default
  const { queries } = await show(() => <Page />, `/${search}`)
  await eventually(() => expect(put(queries)).toEqual(expect.arrayContaining(put(ahead))))
})
