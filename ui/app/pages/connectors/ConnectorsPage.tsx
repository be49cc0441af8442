import { Plus } from 'lucide-react'
import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import { PageHeader, Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateBadge } from '~/ui/State'
import { plural } from '~/util/units'
import { AddConnector } from './AddConnector'
import { ConnectorList } from './ConnectorList'
import { ImportBundle } from './ImportBundle'
import { RemoveSimulated } from './RemoveSimulated'
import { isUnderWay, WATCH_MS, type Kind } from './words'

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
            : <ConnectorList connectors={connectors.data} />}
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
