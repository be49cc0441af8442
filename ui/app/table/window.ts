import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { useDeferredValue, useEffect, useRef, useState, type RefObject } from 'react'
import { announce } from '~/state/announce'
import { count } from '~/util/units'

const OVERSCAN = 6
/** The next page is asked for this many rows before the end is seen. */
const AHEAD = 80
/** Shown below the last row while how many follow is not known. */
const MORE = 8
/** Being further behind than this is told: it takes several pages to get there. */
const FAR = 1_000

interface Reading {
  total?: number
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
  /** The last page did not come. */
  failed: boolean
}

/** The list as high as all of its rows, of which those in view are in the page and those up to the view are read. */
export function useWindow(box: RefObject<HTMLDivElement | null>, loaded: number, height: number, reading: Reading) {
  const { total, hasNextPage, isFetchingNextPage, fetchNextPage, failed } = reading
  const size = !hasNextPage ? loaded : Math.max(total ?? 0, loaded + MORE)
  const [flying, follow] = useFlying()
  const virtual = useVirtualizer({
    count: size,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    onChange: follow,
  })
  useEffect(() => void virtual.measure(), [virtual, height])
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  // The server gives rows by cursor only, so the way to a far row leads over all before it; scrolling back ends it.
  const wanting = hasNextPage && last > loaded - AHEAD
  useEffect(() => {
    if (wanting && !isFetchingNextPage && !failed) void fetchNextPage()
    // `loaded`: an answer may be here before anybody saw that it was asked for.
  }, [wanting, loaded, isFetchingNextPage, fetchNextPage, failed])

  const far = wanting && !failed && last - loaded > FAR ? last : undefined
  useTold(far)
  // A row new in view is its name first and whole when there is time: a drag over the list must not wait for cells nobody reads.
  const calm = useDeferredValue(items)
  const whole = (index: number) => !flying && index >= (calm[0]?.index ?? 0) && index <= (calm.at(-1)?.index ?? -1)
  return { virtual, items, size, far, flying, whole }
}

/** Whether the list passes by faster than rows come into view one after the other, until it rests. */
function useFlying() {
  const [flying, setFlying] = useState(false)
  const before = useRef(0)
  const follow = ({ isScrolling, range }: Virtualizer<HTMLDivElement, Element>) => {
    if (!range) return
    const step = Math.abs(range.startIndex - before.current)
    before.current = range.startIndex
    if (!isScrolling) setFlying(false)
    else if (step > 0) setFlying(step > range.endIndex - range.startIndex)
  }
  return [flying, follow] as const
}

/** That it takes a while, once; and that it is there. */
function useTold(far: number | undefined) {
  const was = useRef<number>(undefined)
  useEffect(() => {
    if (far !== undefined && was.current === undefined) announce(`Reading on to row ${count(far + 1)}`)
    if (far === undefined && was.current !== undefined) announce('Rows are here')
    was.current = far
  }, [far])
}
