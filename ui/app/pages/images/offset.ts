/** Start and end, in UTF-16 units, of what a line holds from a column on. Both count from one; a column counts characters. */
export function offsetOf(text: string, line: number, column: number): [number, number] {
  const lines = text.split('\n')
  const index = Math.min(Math.max(line, 1), lines.length) - 1
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0)
  const here = lines[index] ?? ''
  const before = [...here].slice(0, Math.max(column, 1) - 1).join('').length
  return [start + before, start + Math.max(here.length, before)]
}
