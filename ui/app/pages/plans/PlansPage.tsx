import { FilePlus } from 'lucide-react'
import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useList } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { useUrl } from '~/state/url'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { Actor } from '~/ui/Actor'
import { Button } from '~/ui/Button'
import { Link } from '~/ui/Link'
import { SearchInput } from '~/ui/SearchInput'
import { SimulatedBadge, StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import { listed, read } from './asks'
import { NewPlan } from './NewPlan'
import { riskState, type Summary } from './words'

const COLUMNS: Column<Summary>[] = [
  {
    id: 'title', header: 'Title', width: 240, grow: 4, card: 'title', text: (row) => row.title,
    cell: (row) => <span className="flex min-w-0 items-center gap-2"><Link to={path.plan(row.id)} className="min-w-0 truncate font-semibold hover:underline"><Text>{row.title}</Text></Link>{row.simulated_targets > 0 && <SimulatedBadge compact />}</span>,
  },
  { id: 'risk', header: 'Risk', width: 110, card: 'aside', text: (row) => `${row.risk_score} ${row.risk_level}`, cell: (row) => <StateBadge state={riskState(row.risk_level)}>{row.risk_score} {row.risk_level}</StateBadge> },
  { id: 'targets', header: 'Targets', width: 90, align: 'right', text: (row) => row.targets, cell: (row) => count(row.targets) },
  { id: 'author', header: 'Author', width: 190, grow: 2, card: 'line', text: (row) => row.author, cell: (row) => <Actor>{row.author}</Actor> },
  { id: 'created_at', header: 'Made', width: 110, card: 'line', text: (row) => row.created_at, cell: (row) => <RelativeTime at={row.created_at} /> },
  { id: 'parent_id', header: 'In place of', width: 110, text: (row) => row.parent_id ?? '', cell: (row) => (row.parent_id ? <Link to={path.plan(row.parent_id)} className="hover:underline">another plan</Link> : <span className="text-meta">–</span>) },
  { id: 'kind', header: 'Kind', width: 80, hidden: true, text: (row) => row.kind, cell: (row) => row.kind },
  { id: 'digest', header: 'Digest', width: 240, grow: 1, hidden: true, text: (row) => row.digest, cell: (row) => <Text mono>{row.digest}</Text> },
]

/** What is to be changed, on which frozen targets, and what that risks. Nothing on this page changes an asset. */
export default function PlansPage() {
  const [url, set] = useTableUrl()
  const [{ author }] = useUrl(read)
  const shown = useShown(COLUMNS, url)
  const may = useCan('plan:create')
  const [open, setOpen] = useState(false)
  const input = listed({ author })
  const list = useList('/api/v1/plans', input)
  const first = list.data?.pages[0]
  return (
    <>
      <PageHeader title="Plans" count={first?.total != null && plural(first.total, 'plan')} asOf={first?.as_of}
        actions={<Button kind="primary" icon={<FilePlus />} disabledReason={may.reason} onClick={() => setOpen(true)}>New plan</Button>} />
      <p className="max-w-[80ch] pb-3 text-dim">A plan says what is to be changed, on which assets as they were when it was made, and what that risks. It never changes, and it changes nothing by itself.</p>
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<SearchInput label="Author" value={author ?? ''} placeholder="person:ada" onApply={(text) => set({ author: text || undefined, peek: undefined })} />}>
        <ExportMenu name="plans" path="/api/v1/plans" input={input} columns={COLUMNS} />
      </Toolbar>
      <DataTable<Summary> key={author ?? ''} noun="plan" label="Plans" columns={shown} query={list} url={url} set={set} rowId={(row) => row.id} rowTo={(row) => path.plan(row.id)}
        empty={author
          ? <EmptyState title="Nobody of that name made a plan" action={<Button onClick={() => set({ author: undefined })}>Show every plan</Button>} />
          : <EmptyState title="There are no plans yet" command="qlrf plan create restart.yaml">Write down what is to be done, and where; a plan is made of it and of the facts of now.</EmptyState>} />
      <NewPlan open={open} onOpenChange={setOpen} />
    </>
  )
}
