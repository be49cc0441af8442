import { Download } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import type { components } from '~/api/generated/schema'
import { useList } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { saveFrom } from '~/table/export'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { Actor } from '~/ui/Actor'
import { Button } from '~/ui/Button'
import { Input } from '~/ui/Field'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import type { State } from '~/util/states'
import { plural } from '~/util/units'
import { AuditPeek } from './AuditPeek'
import { Verify } from './Verify'

export type Entry = components['schemas']['PageBody_AuditEntry']['items'][number]

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const read = (raw: RawSearch) => ({ actor: raw.actor?.slice(0, 300) || undefined, request_id: raw.request_id && UUID.test(raw.request_id) ? raw.request_id : undefined })

/** A `begin` says what was asked for; its `end` how it went. */
export function outcome({ phase, status }: Entry): [State, string] {
  if (phase === 'begin') return ['progress', 'asked for']
  if (status == null) return ['unknown', 'outcome unknown']
  if (status < 400) return ['ok', `done, ${status}`]
  return [status < 500 ? 'warning' : 'critical', `${status < 500 ? 'refused' : 'failed'}, ${status}`]
}

function Outcome({ entry }: { entry: Entry }) {
  const [state, word] = outcome(entry)
  return <StateBadge state={state}>{word}</StateBadge>
}

const COLUMNS: Column<Entry>[] = [
  { id: 'path', header: 'What', width: 260, grow: 4, card: 'title', text: (row) => `${row.method} ${row.path}`, cell: (row) => <span className="flex min-w-0 gap-1.5"><span className="text-meta">{row.method}</span><Text mono className="min-w-0">{row.path}</Text></span> },
  { id: 'outcome', header: 'Outcome', width: 120, card: 'aside', text: (row) => outcome(row)[1], cell: (row) => <Outcome entry={row} /> },
  { id: 'actor', header: 'Who', width: 190, grow: 3, card: 'line', text: (row) => row.actor, cell: (row) => <Actor>{row.actor}</Actor> },
  { id: 'permission', header: 'Permission', width: 150, grow: 1, text: (row) => row.permission, cell: (row) => <Text>{row.permission}</Text> },
  { id: 'at', header: 'When', width: 100, card: 'line', text: (row) => row.at, cell: (row) => <RelativeTime at={row.at} /> },
  { id: 'seq', header: 'Number', sort: '-seq', width: 84, align: 'right', text: (row) => row.seq, cell: (row) => row.seq },
  { id: 'request_id', header: 'Request', width: 290, hidden: true, text: (row) => row.request_id, cell: (row) => <Text mono>{row.request_id}</Text> },
  { id: 'hash', header: 'Hash', width: 240, grow: 1, hidden: true, text: (row) => row.hash, cell: (row) => <Text mono>{row.hash}</Text> },
]

/** The trail of every change, the newest first, and whether it is whole. */
export default function AuditPage() {
  const [url, set] = useTableUrl()
  const [filter] = useUrl(read)
  const shown = useShown(COLUMNS, url)
  const input = { query: { sort: url.sort, ...filter } }
  const list = useList('/api/v1/audit', input)
  const first = list.data?.pages[0]
  const filtered = filter.actor ?? filter.request_id
  return (
    <>
      <PageHeader title="Audit" count={first?.total != null && plural(first.total, 'record')} asOf={first?.as_of} />
      <Verify />
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<Filter key={filter.actor} actor={filter.actor} request={filter.request_id} set={set} />}>
        <Button icon={<Download />} title="Every record with all that its hash is computed from, as JSON lines: qlrf audit verify --file proves it without a server" onClick={() => saveFrom('/api/v1/audit/export', 'audit.ndjson')}>Whole trail</Button>
        <ExportMenu name="audit" path="/api/v1/audit" input={input} columns={COLUMNS} />
      </Toolbar>
      <DataTable<Entry> noun="record" label="Audit trail" columns={shown} query={list} url={url} set={set} rowId={(row) => String(row.seq)}
        peek={(row) => <AuditPeek entry={row} />} peekTitle={(row) => `Record ${row.seq}`}
        empty={<EmptyState title={filtered ? 'No record fits the filter' : 'Nothing was changed yet'} command={filtered ? undefined : 'qlrf audit list'}>{filtered ? 'An actor is written as in the trail, for example person:admin.' : 'Every change writes two records: that it was asked for, and how it went.'}</EmptyState>} />
    </>
  )
}

interface FilterProps { actor?: string; request?: string; set: (patch: RawSearch) => void }

function Filter({ actor, request, set }: FilterProps) {
  const [text, setText] = useState(actor ?? '')
  const apply = (event: FormEvent) => {
    event.preventDefault()
    set({ actor: text.trim() || undefined, peek: undefined })
  }
  return (
    <form onSubmit={apply} role="search" className="flex min-w-0 grow flex-wrap items-center gap-2">
      <div className="max-w-80 min-w-0 grow basis-40"><Input data-filter aria-label="Actor" placeholder="Actor: person:admin" value={text} onChange={(event) => setText(event.target.value)} /></div>
      <Button type="submit">Filter</Button>
      {actor && <Button kind="quiet" onClick={() => set({ actor: undefined })}>Any actor</Button>}
      {request && <Button kind="quiet" onClick={() => set({ request_id: undefined })}>One request <Text mono>{request.slice(0, 8)}</Text>: show all</Button>}
    </form>
  )
}
