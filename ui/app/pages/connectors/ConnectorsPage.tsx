import { Plus } from 'lucide-react'
import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import { PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { of, plural } from '~/util/units'
import { AddConnector } from './AddConnector'
import { ImportBundle } from './ImportBundle'
import { RemoveSimulated } from './RemoveSimulated'
import { intervalWords, isUnderWay, Standing, syncWords, WATCH_MS, type Connector, type Kind } from './words'

const read = (raw: RawSearch) => ({ add: raw.add })

/** Who delivers the facts, how lately and how completely. */
export default function ConnectorsPage() {
  const connectors = useApi('/api/v1/connectors', {}, { every: (all) => (all?.some((each) => isUnderWay(each.last_sync)) ? WATCH_MS : false) })
  const kinds = useApi('/api/v1/connectors/kinds')
  const [{ add }, set] = useUrl(read)
  const may = useCan('connector:manage')
  const kind = kinds.data?.find((each) => each.name === add)
  const failing = connectors.data?.filter((each) => each.failures > 0).length ?? 0
  return (
    <div className="grid gap-6 pb-8">
      <PageHeader title="Connectors" count={connectors.data && plural(connectors.data.length, 'connector')} badge={failing > 0 && <StateBadge state="critical">{failing} failing</StateBadge>}
        actions={connectors.data && <>{connectors.data.some((each) => each.simulated) && <RemoveSimulated />}<ImportBundle connectors={connectors.data} /></>} />
      {connectors.error ? <ErrorState error={connectors.error} retry={() => void connectors.refetch()} />
        : !connectors.data ? <SkeletonRows rows={3} className="h-12" />
          : connectors.data.length === 0 ? <EmptyState title="No connectors yet" command="qlrf connector add this-host local --sync">Add one of the kinds below, and the estate appears.</EmptyState>
            : <List connectors={connectors.data} />}
      <Section title="Kinds" note="that this version can make">
        {kinds.error ? <ErrorState error={kinds.error} retry={() => void kinds.refetch()} /> : !kinds.data ? <SkeletonRows rows={2} className="h-12" />
          : <ul>{kinds.data.map((each) => <KindLine key={each.name} kind={each} reason={may.reason} onAdd={() => set({ add: each.name })} />)}</ul>}
      </Section>
      {kind && <AddConnector key={kind.name} kind={kind} onClose={() => set({ add: undefined })} />}
    </div>
  )
}

function KindLine({ kind, reason, onAdd }: { kind: Kind; reason?: string; onAdd: () => void }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-2 last:border-0">
      <div className="min-w-0 grow basis-64"><span className="font-semibold">{kind.title}</span> {kind.simulated && <SimulatedBadge />}<p className="text-dim">{kind.summary}</p></div>
      <Button icon={<Plus />} disabledReason={reason} onClick={onAdd} aria-label={`Add: ${kind.title}`}>Add</Button>
    </li>
  )
}

function List({ connectors }: { connectors: Connector[] }) {
  const coverage = useApi('/api/v1/coverage/summary')
  const groups = useApi('/api/v1/assets/groups', { query: { by: 'connector' } })
  const assets = (name: string) => groups.data && (groups.data.find((group) => group.value === name)?.assets ?? 0)
  const scopes = (id: string) => coverage.data?.connectors.find((each) => each.connector_id === id)
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Connectors">
      <table className="num w-full min-w-160">
        <thead className="text-left text-xs text-meta"><tr className="[&>th]:pr-4 [&>th]:pb-1 [&>th]:font-normal"><th scope="col">Name</th><th scope="col">State</th><th scope="col">Last collection</th><th scope="col">Scopes complete and fresh</th><th scope="col">Schedule</th><th scope="col">Assets</th></tr></thead>
        <tbody>
          {connectors.map((each) => {
            const own = scopes(each.id)
            return (
              <tr key={each.id} className="border-t border-line align-top [&>*]:py-2 [&>*]:pr-4">
                <th scope="row" className="max-w-64 text-left font-normal"><Link to={path.connector(each.id)} className={LINK}><Text>{each.name}</Text></Link> {each.simulated && <SimulatedBadge />}<p className="text-xs text-meta">{each.kind}</p></th>
                <td><Standing connector={each} /></td>
                <td>{each.last_sync ? <><RelativeTime at={each.last_sync.ended_at ?? each.last_sync.queued_at} /><p className="text-xs text-meta">{syncWords(each.last_sync)}</p></> : <span className="text-meta">never</span>}</td>
                <td>{own ? <Link to={path.coverage({ connector: each.id, state: 'complete', freshness: 'fresh' })} className="hover:underline"><StateBadge state={own.complete_fresh === own.scopes ? 'ok' : own.unknown > 0 ? 'unknown' : 'warning'}>{of(own.complete_fresh, own.scopes)}</StateBadge></Link> : <span className="text-meta">none listed</span>}</td>
                <td>{intervalWords(each.interval_s)}{each.enabled && each.next_sync_at && <p className="text-xs text-meta">next <RelativeTime at={each.next_sync_at} /></p>}</td>
                <td><Link to={path.fleet({ q: term('connector', each.name) })} className={LINK}>{assets(each.name) === undefined ? 'open' : plural(assets(each.name) ?? 0, 'asset')}</Link></td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
