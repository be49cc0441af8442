import { useList } from '~/api/query'
import { KeyValue } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { Actor } from '~/ui/Actor'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { Link, LINK } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { absolute } from '~/util/time'
import { Denials } from './Denials'
import { rulesOf, verdictState, verdictWords, type Decision } from './words'

const VERDICTS = ['allowed', 'denied'] as const
const OPTIONS = [['', 'Every verdict'], ['allowed', 'Allowed'], ['denied', 'Denied']] as const
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const read = (raw: RawSearch) => ({ verdict: oneOf(raw.verdict, VERDICTS), plan: raw.plan && UUID.test(raw.plan) ? raw.plan : undefined })

const asked = (row: Decision) => (row.asked === 'created' ? 'the plan was made' : 'somebody asked')

const COLUMNS: Column<Decision>[] = [
  { id: 'plan', header: 'Plan', width: 220, grow: 3, card: 'title', text: (row) => row.plan_title, cell: (row) => <Link to={path.plan(row.plan_id, 'policy')} className="min-w-0 truncate hover:underline"><Text>{row.plan_title}</Text></Link> },
  { id: 'verdict', header: 'Verdict', width: 150, card: 'aside', text: verdictWords, cell: (row) => <StateBadge state={verdictState(row)}>{verdictWords(row)}</StateBadge> },
  { id: 'rules', header: 'Denied by', width: 220, grow: 2, text: (row) => rulesOf(row.denials).join(', '), cell: (row) => (row.allowed ? <span className="text-meta">–</span> : <Text>{rulesOf(row.denials).join(', ')}</Text>) },
  { id: 'asked', header: 'Because', width: 140, text: asked, cell: asked },
  { id: 'actor', header: 'Who', width: 170, grow: 1, card: 'line', text: (row) => row.actor, cell: (row) => <Actor>{row.actor}</Actor> },
  { id: 'decided_at', header: 'When', width: 100, card: 'line', text: (row) => row.decided_at, cell: (row) => <RelativeTime at={row.decided_at} /> },
  { id: 'bundle_version', header: 'Version', width: 90, align: 'right', hidden: true, text: (row) => row.bundle_version ?? '', cell: (row) => row.bundle_version ?? <span className="text-meta">–</span> },
]

/** What was decided when plans were made and checked; nothing in it ever changes. */
export function Decisions() {
  const [url, set] = useTableUrl()
  const [{ verdict, plan }] = useUrl(read)
  const shown = useShown(COLUMNS, url)
  const input = { query: { plan, allowed: verdict && verdict === 'allowed' } }
  const list = useList('/api/v1/policies/decisions', input)
  const filtered = verdict ?? plan
  const every = { verdict: undefined, plan: undefined, peek: undefined }
  return (
    <div className="flex h-[70vh] min-h-80 flex-col">
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<>
        <Select aria-label="Verdict" options={OPTIONS} value={verdict ?? ''} onChange={(event) => set({ verdict: event.target.value || undefined, peek: undefined })} />
        {plan && <Button kind="quiet" onClick={() => set({ plan: undefined, peek: undefined })}>One plan: show all</Button>}
      </>}>
        <ExportMenu name="decisions" path="/api/v1/policies/decisions" input={input} columns={COLUMNS} />
      </Toolbar>
      <DataTable<Decision> key={`${verdict} ${plan}`} noun="decision" label="Decisions" columns={shown} query={list} url={{ ...url, q: undefined, sort: undefined }} set={set} rowId={(row) => row.id}
        peek={(row) => <DecisionPeek decision={row} />} peekTitle={(row) => row.plan_title}
        empty={filtered
          ? <EmptyState title="No decision fits the filter" action={<Button onClick={() => set(every)}>Show every decision</Button>} />
          : <EmptyState title="Nothing was decided yet" command="qlrf plan create restart.yaml">Each plan is judged when it is made, and the verdict is kept here.</EmptyState>} />
    </div>
  )
}

function DecisionPeek({ decision }: { decision: Decision }) {
  const digest = (text: string) => <Text mono wrap className="break-all">{text}</Text>
  return (
    <div className="grid gap-4">
      <p className="flex flex-wrap items-baseline gap-x-3"><StateBadge state={verdictState(decision)}>{verdictWords(decision)}</StateBadge><Link to={path.plan(decision.plan_id, 'policy')} className={LINK}>what the rules say of it now</Link></p>
      <Denials denials={decision.denials} />
      <KeyValue rows={[
        ['When', absolute(new Date(decision.decided_at))],
        ['Who', <Actor key="a">{decision.actor}</Actor>],
        ['Plan', digest(decision.plan_digest)],
        ['Shipped rules', digest(decision.baseline_digest)],
        ['Own rules', decision.bundle_digest ? digest(decision.bundle_digest) : 'none'],
        ['Version', decision.bundle_version ?? 'none was saved'],
        ['Input', digest(decision.input_digest)],
      ]} />
    </div>
  )
}
