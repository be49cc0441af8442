import { useParams } from '@tanstack/react-router'
import { useApi } from '~/api/query'
import { Age } from '~/components/Age'
import { KeyValue, PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { useTitle } from '~/frame/Announcer'
import { Link, LINK } from '~/ui/Link'
import { Skeleton, SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateBadge, Unknown } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { plural } from '~/util/units'
import { ImageSoftware } from './ImageSoftware'
import { RelationTable } from './Relations'
import { factsOf, kindWord, type Resource } from './words'

export default function ResourcePage() {
  const { resource: id = '' } = useParams({ strict: false }) as { resource?: string }
  const resource = useApi('/api/v1/resources/{id}', { path: { id } })
  const { data } = resource
  useTitle(data?.name)
  return (
    <div className="pb-8">
      <PageHeader title={data?.name ?? 'Resource'} count={data ? `${data.platform} · ${kindWord(data.kind)}` : <Skeleton className="h-3 w-32" />}
        badge={<>{data?.fact_to && <StateBadge state="stale">gone</StateBadge>}{data?.simulated && <SimulatedBadge />}</>}
        actions={<Link to={path.resources()} className={LINK}>All resources</Link>} />
      {resource.error ? <Missing error={resource.error} retry={() => void resource.refetch()} /> : !data ? <SkeletonRows rows={10} /> : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <Facts resource={data} />
          {data.kind === 'container_image' && <ImageSoftware id={data.id} />}
          <Section title="Related" note="as of now"><RelationTable relations={data.relations} /></Section>
          <Section title="History" note={plural(data.history.length, 'change')}>
            <ul className="num grid gap-1">
              {data.history.map((moment) => <li key={moment.from}><RelativeTime at={moment.from} /> to {moment.to ? <RelativeTime at={moment.to} /> : 'now'}</li>)}
            </ul>
          </Section>
        </div>
      )}
    </div>
  )
}

/** At some moments it was not there. */
function Missing({ error, retry }: { error: { status: number }; retry: () => void }) {
  if (error.status !== 404) return <ErrorState error={error} retry={retry} />
  return <EmptyState title="Not known at this moment">There is no such resource then. Choose another moment, or return to now.</EmptyState>
}

function Facts({ resource }: { resource: Resource }) {
  const connectors = useApi('/api/v1/connectors')
  const connector = connectors.data?.find((each) => each.id === resource.connector_id)?.name
  const value = (name: string, text: string | null | undefined) => (text == null || text === '' ? <Unknown /> : <LongText wrap title={name} className="break-all">{text}</LongText>)
  const labels = Object.entries(resource.labels)
  const mapped = Object.entries(resource.mapped)
  return (
    <>
      <Section title="Identity" note={<>since <RelativeTime at={resource.fact_from} /></>}>
        <KeyValue rows={[
          ['Native id', value('Native id', resource.native_id)], ['Account', value('Account', resource.account)], ['Region', value('Region', resource.region)],
          ['Confirmed', <Age key="age" freshness={resource.freshness} at={resource.confirmed_at} />],
          ['Connector', <Link key="connector" className={LINK} to={path.connector(resource.connector_id)}>{connector ? <Text>{connector}</Text> : 'open'}</Link>],
        ]} />
      </Section>
      {mapped.length > 0 && (
        <Section title="Where it belongs" note="by mapping rules">
          <KeyValue rows={mapped.map(([field, by]) => [field, <span key={field}><Text>{by.value}</Text> <span className="text-xs text-meta">by the rule <Text>{by.rule}</Text></span></span>] as const)} />
        </Section>
      )}
      <Section title="Facts">
        <KeyValue rows={factsOf(resource).map(([name, text]) => [name.replaceAll('_', ' '), value(name, text)] as const)} />
      </Section>
      <Section title="Labels" note={plural(labels.length, 'label')}>
        {labels.length === 0 ? <p className="text-meta">None.</p> : <KeyValue rows={labels.map(([name, text]) => [name, <Text key={name} wrap>{text}</Text>] as const)} />}
      </Section>
    </>
  )
}
