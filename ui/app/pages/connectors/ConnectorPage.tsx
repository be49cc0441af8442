import { useParams } from '@tanstack/react-router'
import { useApi } from '~/api/query'
import { KeyValue, PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { useTitle } from '~/frame/Announcer'
import { Link, LINK } from '~/ui/Link'
import { Skeleton, SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, Unknown } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { plural } from '~/util/units'
import { valueText } from '~/util/value'
import { Actions } from './Actions'
import { Changes } from './Changes'
import { Freshness } from './Freshness'
import { Ledger } from './Ledger'
import { Permissions } from './Permissions'
import { Syncs } from './Syncs'
import { intervalWords, isUnderWay, Standing, WATCH_MS, type Connector } from './words'

/** One source of facts: what it does, what it did, and what it could not see. */
export default function ConnectorPage() {
  const { connector: id = '' } = useParams({ strict: false }) as { connector?: string }
  const connector = useApi('/api/v1/connectors/{id}', { path: { id } }, { every: (each) => (isUnderWay(each?.last_sync) ? WATCH_MS : false) })
  const data = connector.data
  useTitle(data?.name)
  if (connector.error) {
    return (
      <>
        <PageHeader title="Connector" />
        {connector.error.status === 404 ? <EmptyState title="There is no such connector" command="qlrf connector list"><Link to={path.connectors()} className={LINK}>All connectors</Link></EmptyState>
          : <ErrorState error={connector.error} retry={() => void connector.refetch()} />}
      </>
    )
  }
  return (
    <div className="pb-8">
      <PageHeader title={data?.name ?? 'Connector'} count={data ? data.kind : <Skeleton className="h-3 w-16" />}
        badge={data && <><Standing connector={data} />{data.simulated && <SimulatedBadge />}</>} actions={<Link to={path.connectors()} className={LINK}>All connectors</Link>} />
      {!data ? <SkeletonRows rows={10} /> : (
        <>
          <Actions connector={data} />
          <div className="mt-4 grid grid-cols-[minmax(0,2fr)_minmax(17rem,1fr)] gap-x-10 gap-y-6 max-lg:grid-cols-1">
            <div className="grid min-w-0 content-start gap-6">
              <Syncs connector={data} />
              <Ledger connector={data} />
            </div>
            <aside aria-label="Summary" className="min-w-0"><Summary connector={data} /></aside>
          </div>
        </>
      )}
    </div>
  )
}

function Summary({ connector }: { connector: Connector }) {
  const assets = useApi('/api/v1/assets', { query: { q: term('connector', connector.name), limit: 1 } })
  const kind = useApi('/api/v1/connectors/kinds').data?.find((each) => each.name === connector.kind)
  const config = Object.entries((connector.config ?? {}) as Record<string, unknown>).filter(([, value]) => value !== null)
  return (
    <div className="grid gap-5">
      <Section title="Summary">
        <KeyValue rows={[
          ['Assets', assets.data?.total != null ? <Link key="a" to={path.fleet({ q: term('connector', connector.name) })} className={LINK}>{plural(assets.data.total, 'asset')}</Link> : <Unknown key="a" />],
          ['Schedule', intervalWords(connector.interval_s)],
          ['Next', connector.enabled ? connector.next_sync_at ? <RelativeTime key="n" at={connector.next_sync_at} /> : 'by hand' : 'paused'],
          ['Changes', <Changes key="w" connector={connector} />],
          ['Failed in a row', String(connector.failures)],
          ['Added', <RelativeTime key="c" at={connector.created_at} />],
        ]} />
      </Section>
      <Section title="Configuration">
        {config.length === 0 ? <p className="text-meta">Nothing set: all defaults.</p>
          : <KeyValue rows={config.map(([key, value]) => [key.replaceAll('_', ' '), <LongText key={key} wrap title={key}>{valueText(value)}</LongText>] as const)} />}
      </Section>
      {kind && <Permissions kind={kind} />}
      <Freshness connector={connector} />
      <p className="text-xs text-meta">Its id is <Text mono wrap>{connector.id}</Text>.</p>
    </div>
  )
}
