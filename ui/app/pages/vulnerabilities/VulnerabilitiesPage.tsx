import { useApi, useList } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { EmptyState } from '~/components/States'
import type { Finding } from '~/components/Urgency'
import { LEVEL_WORDS, LEVELS } from '~/components/urgency-levels'
import { useUrl, type RawSearch } from '~/state/url'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { download, toCsv } from '~/table/export'
import { FilterInput } from '~/table/FilterInput'
import { Toolbar } from '~/table/Toolbar'
import { useShown } from '~/table/url'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { path } from '~/util/path-builder'
import { plural } from '~/util/units'
import { listed, read, SEVERITIES, type Url } from './asks'
import { columnsFor } from './columns'
import { Counts } from './Counts'
import { VulnerabilityPeek } from './VulnerabilityPeek'

const SEVERITY_WORDS = ['critical', 'high', 'medium', 'low or no risk', 'not rated']

export default function VulnerabilitiesPage() {
  const [url, set] = useUrl(read)
  const columns = columnsFor(url.q)
  const shown = useShown(columns, url)
  const input = listed(url)
  const list = useList('/api/v1/vulnerabilities', input)
  const summary = useApi('/api/v1/vulnerabilities/summary', { query: { q: url.q } }, { keep: true })
  const first = list.data?.pages[0]
  const narrowed = [url.urgency, url.severity, url.kev, url.fix, url.sla].some(Boolean)
  return (
    <>
      <PageHeader title="Vulnerabilities" count={first?.total != null && plural(first.total, 'vulnerability', 'vulnerabilities')} asOf={first?.as_of} />
      <Counts summary={summary.data} error={summary.error} retry={() => void summary.refetch()} q={url.q} />
      <Toolbar columns={columns} shown={shown} url={url} set={set} filter={
        <FilterInput value={url.q ?? ''} onApply={(q) => set({ q, peek: undefined })} placeholder="Only assets such as site:ams1 env:prod"
          problem={list.error?.code === 'invalid_filter' ? list.error.message : undefined} />}>
        <ExportMenu name="vulnerabilities" path="/api/v1/vulnerabilities" input={input} columns={shown} />
      </Toolbar>
      <Choices url={url} set={set} />
      <div className="flex min-h-[24rem] grow flex-col">
        <DataTable<Finding> key={JSON.stringify(input.query)} noun="vulnerability" nouns="vulnerabilities" label="Vulnerabilities" columns={shown} query={list} url={url} set={set} rowId={(row) => row.id}
          rowTo={(row) => path.vulnerability(row.id, { q: url.q })} peek={(row) => <VulnerabilityPeek finding={row} q={url.q} />} peekTitle={(row) => row.id}
          actions={(rows) => <Button onClick={() => download('vulnerabilities.csv', 'text/csv;charset=utf-8', toCsv(rows, shown))}>Export chosen</Button>}
          empty={<Nothing narrowed={narrowed} judged={summary.data?.basis.judged ?? 0} clear={() => set({ urgency: undefined, severity: undefined, kev: undefined, fix: undefined, sla: undefined })} />} />
      </div>
    </>
  )
}

function Choices({ url, set }: { url: Url; set: (patch: RawSearch) => void }) {
  const choice = (key: 'urgency' | 'severity' | 'kev' | 'fix' | 'sla', label: string, options: [string, string][]) =>
    <Select aria-label={label} value={url[key] ?? ''} onChange={(event) => set({ [key]: event.target.value, peek: undefined })} options={options} />
  return (
    <div role="group" aria-label="Narrow the list" className="flex flex-wrap gap-2 pb-2 max-md:grid max-md:grid-cols-2" data-chrome>
      {choice('urgency', 'Urgency', [['', 'Any urgency'], ...LEVELS.map((each): [string, string] => [each, `Urgency: ${LEVEL_WORDS[each]}`])])}
      {choice('severity', 'Severity', [['', 'Any severity'], ...SEVERITIES.map((each, i): [string, string] => [each, `Severity: ${SEVERITY_WORDS[i]}`])])}
      {choice('kev', 'Known exploited', [['', 'Exploited or not'], ['true', 'Known exploited'], ['false', 'Not known exploited']])}
      {choice('fix', 'Fix', [['', 'Fix or not'], ['all', 'Fix for all packages'], ['some', 'Fix for some'], ['none', 'No fix yet']])}
      {choice('sla', 'Time left', [['', 'Any time left'], ['running', 'In time'], ['due_soon', 'Due soon'], ['breached', 'Past its date']])}
    </div>
  )
}

function Nothing({ narrowed, judged, clear }: { narrowed: boolean; judged: number; clear: () => void }) {
  if (narrowed) return <EmptyState title="No vulnerability fits" action={<Button onClick={clear}>Show every one</Button>}>None of those that are known has all of this.</EmptyState>
  if (judged === 0) return <EmptyState title="Vulnerabilities are not known" command="qlrf feed sync">No asset was judged: import a feed of advisories, and what the assets have appears here.</EmptyState>
  return <EmptyState title="None found among the assets that were judged" />
}
