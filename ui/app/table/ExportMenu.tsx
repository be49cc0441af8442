import { Download } from 'lucide-react'
import { useState } from 'react'
import type { Input, PathOf } from '~/api/client'
import { asApiError } from '~/api/errors'
import { useView } from '~/api/query'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Menu, MenuItem } from '~/ui/Menu'
import { count } from '~/util/units'
import type { Column } from './columns'
import { download, everyRow, toCsv } from './export'

interface Props<P extends PathOf<'get'>, Row> { name: string; path: P; input: Input<'get', P>; columns: Column<Row>[] }

/** The whole list behind the filter, not only what was scrolled to. */
export function ExportMenu<P extends PathOf<'get'>, Row>({ name, path, input, columns }: Props<P, Row>) {
  const full = useView(path, input)
  const [done, setDone] = useState<number>()
  const run = async (form: 'csv' | 'json') => {
    setDone(0)
    try {
      const rows = await everyRow<P, Row>(path, full, setDone)
      if (form === 'csv') download(`${name}.csv`, 'text/csv;charset=utf-8', toCsv(rows, columns))
      else download(`${name}.json`, 'application/json', JSON.stringify(rows, null, 2))
      announce(`Exported ${count(rows.length)} rows`)
    } catch (error) {
      announce(`Export failed: ${asApiError(error).message}`)
    } finally {
      setDone(undefined)
    }
  }
  if (done !== undefined) return <Button icon={<Download />} disabledReason="An export is being written"><span className="num">{count(done)}</span></Button>
  return (
    <Menu trigger={<Button icon={<Download />} aria-label="Export"><span className="max-lg:hidden">Export</span></Button>}>
      <MenuItem onSelect={() => void run('csv')}>CSV, all rows</MenuItem>
      <MenuItem onSelect={() => void run('json')}>JSON, all rows</MenuItem>
    </Menu>
  )
}
