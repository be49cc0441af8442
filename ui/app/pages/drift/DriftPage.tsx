import { useApi, useList, useSend } from '~/api/query'
import { useCan } from '~/api/perms'
import { DRIFT_STATES } from '~/components/drift-states'
import { PageHeader } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { download, toCsv } from '~/table/export'
import { FilterInput } from '~/table/FilterInput'
import { Toolbar } from '~/table/Toolbar'
import { useShown } from '~/table/url'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { StateBadge } from '~/ui/State'
import { Tabs } from '~/ui/Tabs'
import { path } from '~/util/path-builder'
import { plural } from '~/util/units'
import { Offenders } from '../overview/Offenders'
import { listed, read, SEVERITIES, type Url } from './asks'
import { COLUMNS, type Drifted } from './columns'
import { DriftPeek } from './DriftPeek'
import { Groups, Trend } from './Panels'
import { Tallies } from './Tallies'

const OFFENDERS_SHOWN = 20
type Set = (patch: RawSearch, options?: { replace?: boolean }) => void

export default function DriftPage() {
  const [url, set] = useUrl(read)
  const summary = useApi('/api/v1/drift/summary', { query: { q: url.q } }, { keep: true })
  const data = summary.data
  const problem = summary.error?.code === 'invalid_filter' ? summary.error.message : undefined
  return (
    <>
      <PageHeader title="Drift" count={data && plural(data.total.total, 'asset')} asOf={data?.as_of} badge={data?.judging && <StateBadge state="progress">judging again: these figures are about to change</StateBadge>}
        filters={<FilterInput value={url.q ?? ''} onApply={(q) => set({ q, peek: undefined })} problem={problem} />} actions={<Judge at={data?.judged_at} />} />
      {summary.error && !data ? <ErrorState compact error={summary.error} retry={() => void summary.refetch()} /> : <Tallies summary={data} q={url.q} />}
      <Tabs fill label="Drift by" value={url.tab} onChange={(tab) => set({ tab, peek: undefined })} tabs={[
        { id: 'assets', label: 'Assets', content: <Assets url={url} set={set} /> },
        { id: 'offenders', label: 'Top offenders', content: <Offenders q={url.q} shown={OFFENDERS_SHOWN} /> },
        { id: 'groups', label: 'Platforms, sites, environments, families', content: <Groups summary={data} q={url.q} /> },
        { id: 'time', label: 'Over time', content: <Trend q={url.q} /> },
      ]} />
    </>
  )
}

/** It also happens by itself whenever facts or images change. */
function Judge({ at }: { at: string | null | undefined }) {
  const may = useCan('drift:detect')
  const judge = useSend('post', '/api/v1/drift/detect', ['drift', 'overview', 'assets', 'sites'])
  return (
    <>
      {judge.error ? <ErrorState compact error={judge.error} /> : at && <span className="num text-xs text-meta max-sm:hidden">judged by images of <RelativeTime at={at} /></span>}
      <Button disabledReason={judge.isPending ? 'Every asset is being judged' : may.reason} onClick={() => judge.mutate({})}>{judge.isPending ? 'Judging' : 'Judge again'}</Button>
    </>
  )
}

function Assets({ url, set }: { url: Url; set: Set }) {
  const shown = useShown(COLUMNS, url)
  const input = listed(url)
  const list = useList('/api/v1/drift', input)
  const narrowed = url.state ?? url.severity
  return (
    <div className="flex min-h-[24rem] grow flex-col">
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={
        <div role="group" aria-label="Narrow the list" className="flex min-w-0 gap-2 max-md:w-full">
          <Select aria-label="State" value={url.state ?? ''} onChange={(event) => set({ state: event.target.value, peek: undefined })} options={[['', 'Any state'], ...DRIFT_STATES.map((each): [string, string] => [each, each])]} />
          <Select aria-label="Severity" value={url.severity ?? ''} onChange={(event) => set({ severity: event.target.value, peek: undefined })} options={[['', 'Any severity'], ...SEVERITIES.map((each): [string, string] => [each, `Severity: ${each}`])]} />
        </div>}>
        <ExportMenu name="drift" path="/api/v1/drift" input={input} columns={shown} />
      </Toolbar>
      <DataTable<Drifted> key={JSON.stringify(input.query)} noun="asset" label="Drift" columns={shown} query={list} url={url} set={set} rowId={(row) => row.asset_id} rowTo={(row) => path.asset(row.asset_id)}
        peek={(row) => <DriftPeek id={row.asset_id} />} peekTitle={(row) => row.name}
        actions={(rows) => <Button onClick={() => download('drift.csv', 'text/csv;charset=utf-8', toCsv(rows, shown))}>Export chosen</Button>}
        empty={narrowed ? <EmptyState title="No asset fits" action={<Button onClick={() => set({ state: undefined, severity: undefined })}>Show every one</Button>} />
          : <EmptyState title="No assets yet" command="qlrf connector list">Drift is judged when a connector has listed assets and a golden image is registered.</EmptyState>} />
    </div>
  )
}
