import { useMemo, useState } from 'react'

/** Rows chosen among those of one question: they leave with the question, and when they are not in the answer any more. */
export function useSelection<Row>(rows: Row[], rowId: (row: Row) => string, complete: boolean) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map())
  const picked = useMemo(() => {
    if (chosen.size === 0) return chosen
    const now = new Map(rows.map((row) => [rowId(row), row]))
    // While not every row is here, one that is missing may still follow.
    return new Map([...chosen].flatMap(([id, row]): [string, Row][] => (now.has(id) ? [[id, now.get(id) as Row]] : complete ? [] : [[id, row]])))
  }, [chosen, rows, rowId, complete])
  const toggle = (row: Row) => {
    const next = new Map(picked)
    if (!next.delete(rowId(row))) next.set(rowId(row), row)
    setChosen(next)
  }
  return { picked, toggle, clear: () => setChosen(new Map()) }
}
