import { call, type Input, type PathOf } from '~/api/client'

const PAGE = 500

interface TextColumn<Row> { header: string; text: (row: Row) => string | number | boolean | null | undefined }

/** RFC 4180; a text that a spreadsheet would run as a formula is marked as text. */
export function toCsv<Row>(rows: Row[], columns: TextColumn<Row>[]): string {
  const cell = (value: string | number | boolean | null | undefined) => {
    const text = typeof value === 'string' ? value.replace(/^([=+\-@\t\r])/, "'$1") : String(value ?? '')
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const lines = [columns.map((column) => cell(column.header)), ...rows.map((row) => columns.map((column) => cell(column.text(row))))]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

/** Every row behind a list, page by page; the first page fixes the moment. */
export async function everyRow<P extends PathOf<'get'>, Row>(path: P, input: Input<'get', P>, progress: (rows: number) => void): Promise<Row[]> {
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const query = { ...input.query, limit: PAGE, cursor } as Input<'get', P>['query']
    const page = (await call('get', path, { ...input, query })) as unknown as { items: Row[]; next_cursor?: string | null }
    rows.push(...page.items)
    progress(rows.length)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return rows
}

export function download(name: string, type: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** What the server streams as a file: the browser writes it down, however long it is. */
export function saveFrom<P extends PathOf<'get'>>(address: P, name: string) {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
