import { useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import { DriftBadge } from '~/components/DriftWords'
import { PageHeader } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { useTitle } from '~/frame/Announcer'
import { AskSync } from '~/frame/asks'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Link, LINK } from '~/ui/Link'
import { Skeleton, SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge } from '~/ui/State'
import { Tabs } from '~/ui/Tabs'
import { path } from '~/util/path-builder'
import { count } from '~/util/units'
import { AssetSummary } from './AssetSummary'
import { DriftTab } from './DriftTab'
import { FactsTab } from './FactsTab'
import { FindingsTab } from './FindingsTab'
import { HistoryTab } from './HistoryTab'
import { ImageTab } from './ImageTab'
import { PackagesTab } from './PackagesTab'
import { RelatedTab } from './RelatedTab'
import { SeenBy } from './SeenBy'
import { Timeline } from './Timeline'
import { readFacts, type Asset, type Drift } from './facts'

const TABS = ['drift', 'findings', 'packages', 'facts', 'image', 'related', 'history'] as const
const read = (raw: RawSearch) => ({ tab: oneOf(raw.tab, TABS) ?? 'drift' })

export default function AssetPage() {
  const { asset: asked = '' } = useParams({ strict: false }) as { asset?: string }
  const asset = useApi('/api/v1/assets/{id}', { path: { id: asked } })
  const drift = useApi('/api/v1/assets/{id}/drift', { path: { id: asked } })
  // What one of several sources sees leads to the machine.
  const id = asset.data?.id ?? asked
  const facts = asset.data && readFacts(asset.data.facts)
  useTitle(facts?.name)
  return (
    <div className="pb-8">
      <PageHeader title={facts?.name ?? 'Asset'} asOf={drift.data?.as_of}
        count={facts ? `${facts.platform} · ${facts.kind.replaceAll('_', ' ')}` : !asset.error && <Skeleton className="h-3 w-32" />}
        badge={<>{drift.data && <DriftBadge drift={drift.data.state} />}{facts?.simulated && <SimulatedBadge />}</>}
        actions={<><Link to={path.fleet()} className={LINK}>All of the fleet</Link>{asset.data && <SyncAgain asset={asset.data} />}</>} />
      <Timeline id={id} />
      {asset.error ? <Missing error={asset.error} retry={() => void asset.refetch()} />
        : <Body id={id} asset={asset.data} drift={drift.data} driftError={drift.error} retry={() => void drift.refetch()} />}
    </div>
  )
}

/** What is known of it is as old as the last collection of its connector. */
function SyncAgain({ asset }: { asset: Asset }) {
  const may = useCan('connector:sync')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button disabledReason={may.reason ?? (asset.connector ? undefined : 'Its connector was deleted: nothing new is learned of it')} onClick={() => setOpen(true)}>Sync its connector</Button>
      {open && <AskSync connector={{ id: asset.connector_id, name: asset.connector }} close={() => setOpen(false)} />}
    </>
  )
}

/** At some moments it was not there: the timeline above leads back. */
function Missing({ error, retry }: { error: { status: number }; retry: () => void }) {
  if (error.status !== 404) return <ErrorState error={error} retry={retry} />
  return <EmptyState title="Not in the estate at this moment">Nothing is known of it then, or your role may not see it. Choose another moment, or return to now.</EmptyState>
}

interface BodyProps { id: string; asset: Asset | undefined; drift: Drift | undefined; driftError: unknown; retry: () => void }

function Body({ id, asset, drift, driftError, retry }: BodyProps) {
  const [{ tab }, set] = useUrl(read)
  const mayFindings = useCan('vulnerability:read', 'read').may
  const open = (next: string) => set({ tab: next === 'drift' ? undefined : next, q: undefined, sort: undefined, peek: undefined, severity: undefined, sla: undefined, fix: undefined, from: undefined, to: undefined })
  const findings = useApi('/api/v1/assets/{id}/vulnerabilities', { path: { id }, query: { limit: 1 } }, { enabled: mayFindings })
  const loaded = (make: (asset: Asset) => ReactNode) => (asset ? make(asset) : <SkeletonRows rows={10} />)
  const tabs = [
    { id: 'drift', label: label('Drift', drift && differences(drift)), content: driftError ? <ErrorState error={driftError} retry={retry} /> : drift ? <DriftTab drift={drift} /> : <SkeletonRows rows={10} /> },
    { id: 'findings', label: label('Findings', findings.data?.judged ? findings.data.total ?? undefined : undefined), content: <FindingsTab id={id} /> },
    { id: 'packages', label: label('Packages', asset?.package_set?.packages), content: <PackagesTab id={id} /> },
    { id: 'facts', label: 'Facts', content: loaded((each) => <FactsTab asset={each} />) },
    { id: 'image', label: 'Image', content: drift ? <ImageTab drift={drift} /> : <SkeletonRows rows={10} /> },
    { id: 'related', label: 'Related', content: <RelatedTab id={id} /> },
    { id: 'history', label: 'History', content: <HistoryTab id={id} /> },
  ]
  return (
    <div className="mt-3 grid grid-cols-[minmax(0,2fr)_minmax(17rem,1fr)] gap-x-10 gap-y-6 max-lg:grid-cols-1">
      <div className="min-w-0"><Tabs label="About this asset" tabs={tabs} value={tab} onChange={open} /></div>
      <aside aria-label="Summary" className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-5"><AssetSummary id={id} />{asset && <SeenBy asset={asset} />}</aside>
    </div>
  )
}

const label = (word: string, many: number | undefined) => <>{word}{many !== undefined && <span className="num text-xs text-meta"> {count(many)}</span>}</>
/** None is only said of what was compared. */
const differences = ({ state, packages, services, config }: Drift) => packages.length + services.length + config.length || (state === 'current' ? 0 : undefined)
