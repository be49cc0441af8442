import { useLayoutEffect, useRef, type RefObject } from 'react'

/** A list that was read again keeps the row under the pointer, or else the first in view, where it was. */
export function useAnchor<Row>(box: RefObject<HTMLDivElement | null>, rows: Row[], rowId: (row: Row) => string, height: number, scrolled: number, question: string) {
  const under = useRef<number>(undefined)
  const before = useRef({ rows, question, height })
  useLayoutEffect(() => {
    const old = before.current
    before.current = { rows, question, height }
    if (old.rows === rows || old.question !== question || old.height !== height) return
    const index = under.current ?? Math.floor(scrolled / height)
    const row = old.rows[index]
    // At its top a list shows what is new there, unless somebody points at a row.
    if (!row || (under.current === undefined && scrolled === 0)) return
    const id = rowId(row)
    const now = rows[index] && rowId(rows[index]) === id ? index : rows.findIndex((each) => rowId(each) === id)
    if (now >= 0 && now !== index) box.current?.scrollBy({ top: (now - index) * height })
  })
  return (index: number | undefined) => {
    under.current = index
  }
}
