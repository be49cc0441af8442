import { useApi, useList } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import { DataTable } from '~/table/DataTable'
import { ExportMenu } from '~/table/ExportMenu'
import { Toolbar } from '~/table/Toolbar'
import { useShown } from '~/table/url'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { SearchInput } from '~/ui/SearchInput'
import { path, term } from '~/util/path-builder'
import { plural } from '~/util/units'
import { AGES, listed, read, STATES, type Url } from './asks'
import { COLUMNS, type Scope } from './columns'
import { Figures } from './Figures'
import { ScopePeek } from './ScopePeek'
import { listingState } from './words'

/** What was listed completely, how old that is, and what failed: how far every other number can be relied on. */
export default function CoveragePage() {
  const [url, set] = useUrl(read)
  const shown = useShown(COLUMNS, url)
  const list = useList('/api/v1/coverage', listed(url))
  const summary = useApi('/api/v1/coverage/summary', { query: { connector: url.connector } }, { keep: true })
  const first = list.data?.pages[0]
  const narrowed = [url.state, url.freshness, url.gaps, url.code, url.connector].some(Boolean)
  return (
    <>
      <PageHeader title="Coverage" count={first?.total != null && plural(first.total, 'scope')} asOf={first?.as_of} />
      {summary.error && !summary.data ? <ErrorState compact error={summary.error} retry={() => void summary.refetch()} /> : <Figures summary={summary.data} connector={url.connector} />}
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} filter={<SearchInput label="Find scopes" value={url.q ?? ''} placeholder="Part of connector, account, region or kind" onApply={(q) => set({ q, peek: undefined })} />}>
        <ExportMenu name="coverage" path="/api/v1/coverage" input={listed(url)} columns={shown} />
      </Toolbar>
      <Choices url={url} set={set} codes={summary.data?.codes.map((each) => each.code) ?? []} />
      <div className="flex min-h-[24rem] grow flex-col">
        <DataTable<Scope> key={JSON.stringify(listed(url).query)} noun="scope" label="Scopes" columns={shown} query={list} url={url} set={set} rowId={(row) => String(row.id)}
          rowTo={(row) => path.fleet({ q: term('scope', String(row.id)) })} peek={(row) => <ScopePeek scope={row} />} peekTitle={(row) => row.account}
          empty={narrowed ? <EmptyState title="No scope fits" action={<Button onClick={() => set({ state: undefined, freshness: undefined, gaps: undefined, code: undefined, connector: undefined })}>Show every one</Button>}>None of the ledger has all of this.</EmptyState>
            : <EmptyState title="Nothing was listed yet" command="qlrf connector add this-host local --sync">The ledger is filled by the first collection of a connector.</EmptyState>} />
      </div>
    </>
  )
}

function Choices({ url, set, codes }: { url: Url; set: (patch: RawSearch) => void; codes: string[] }) {
  const connectors = useApi('/api/v1/connectors')
  const choice = (key: 'state' | 'freshness' | 'gaps' | 'code' | 'connector', label: string, options: [string, string][]) =>
    <Select aria-label={label} className="min-w-0" value={url[key] ?? ''} onChange={(event) => set({ [key]: event.target.value, peek: undefined })} options={options} />
  const known = url.code && !codes.includes(url.code) ? [...codes, url.code] : codes
  return (
    <div role="group" aria-label="Narrow the list" className="flex flex-wrap gap-2 pb-2 max-md:grid max-md:grid-cols-2" data-chrome>
      {choice('connector', 'Connector', [['', 'Every connector'], ...(connectors.data ?? []).map((each): [string, string] => [each.id, each.name])])}
      {choice('state', 'Last listing', [['', 'However listed'], ...STATES.map((each): [string, string] => [each, listingState(each)[1]])])}
      {choice('freshness', 'Age', [['', 'Any age'], ...AGES.map((each): [string, string] => [each, each === 'unknown' ? 'unknown by age' : each])])}
      {choice('code', 'Reason', [['', 'Any reason'], ...known.map((each): [string, string] => [each, each])])}
      {choice('gaps', 'Permission', [['', 'Permission or not'], ['true', 'lacks a permission'], ['false', 'lacks none']])}
    </div>
  )
}
