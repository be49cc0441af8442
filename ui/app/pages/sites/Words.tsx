import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useList } from '~/api/query'
import { EmptyState } from '~/components/States'
import type { Column } from '~/table/columns'
import { DataTable, type ListLike } from '~/table/DataTable'
import { useTableUrl } from '~/table/url'
import { Button } from '~/ui/Button'
import { Link, LINK } from '~/ui/Link'
import { Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { count } from '~/util/units'
import { PartActions } from './PartActions'
import { PartForm } from './PartForm'
import { detailOf, NOUNS, type Part } from './parts'
import { Standing } from './SiteList'

type Noun = 'environment' | 'project'
type Row = Omit<Part, 'name' | 'pair'> & { name?: string | null }

const ABOUT: Record<Noun, string> = {
  environment: 'Assets say what they are for; declaring an environment says which kind that word means, whatever it is called. It moves no asset.',
  project: 'Assets say what they belong to; declaring a project says who answers for it. It moves no asset.',
}

const named = (row: Row): Part | undefined => (row.name ? { ...row, name: row.name } : undefined)

const columns = (noun: Noun): Column<Row>[] => [
  { id: 'name', header: noun === 'project' ? 'Project' : 'Environment', width: 160, grow: 2, card: 'title', sort: 'name', text: (row) => row.name, cell: (row) => (row.name ? <Text>{row.name}</Text> : <Unknown why="No connector and no rule says it" />) },
  { id: 'declared', header: 'Declared as', width: 140, grow: 1, card: 'line', text: (row) => { const part = named(row); return part && (detailOf(part) ?? (part.declared ? 'declared' : 'undeclared')) }, cell: (row) => { const part = named(row); return part ? <Standing part={part} /> : null } },
  { id: 'title', header: 'Title', width: 140, grow: 2, text: (row) => row.declared?.spec.title, cell: (row) => <Text>{row.declared?.spec.title ?? ''}</Text> },
  { id: 'assets', header: 'Assets', width: 90, align: 'right', sort: '-assets', card: 'line', text: (row) => row.assets, cell: (row) => <Link className="hover:underline" to={path.fleet({ q: term(NOUNS[noun].key, row.name) })}>{count(row.assets)}</Link> },
  { id: 'actions', header: 'Actions', width: 110, align: 'right', card: 'aside', text: () => '', cell: (row) => { const part = named(row); return part ? <PartActions noun={noun} part={part} /> : <Link className={LINK} to={path.mapping()}>Map them</Link> } },
]

const COLUMNS = { environment: columns('environment'), project: columns('project') }

export function Environments() {
  const [{ sort }] = useTableUrl()
  return <Words noun="environment" list={useList('/api/v1/environments', { query: { sort } })} />
}

export function Projects() {
  const [{ sort }] = useTableUrl()
  return <Words noun="project" list={useList('/api/v1/projects', { query: { sort } })} />
}

/** Those that are declared, those that only assets know, and how many assets say none. */
function Words({ noun, list }: { noun: Noun; list: ListLike<Row> }) {
  const may = useCan('estate:write')
  const [url, set] = useTableUrl()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 pb-2">
        <p className="mr-auto max-w-[80ch] text-dim">{ABOUT[noun]}</p>
        <Button kind="primary" disabledReason={may.reason} onClick={() => setAdding(true)}>Declare {noun === 'environment' ? 'an environment' : 'a project'}</Button>
      </div>
      <DataTable<Row> noun={noun} label={noun === 'project' ? 'Projects' : 'Environments'} columns={COLUMNS[noun]} query={list} url={{ ...url, q: undefined }} set={set} rowId={(row) => row.name ?? ''}
        empty={<EmptyState title={`No asset says its ${noun}, and none is declared`} command={`qlrf ${noun} create NAME`} />} />
      {adding && <PartForm noun={noun} close={() => setAdding(false)} />}
    </>
  )
}
