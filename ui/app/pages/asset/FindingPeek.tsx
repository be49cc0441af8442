import { useQuery } from '@tanstack/react-query'
import type { components } from '~/api/generated/schema'
import { useApi } from '~/api/query'
import { KeyValue, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { SlaClock } from '~/components/SlaClock'
import { ErrorState } from '~/components/States'
import { UrgencyParts, type Finding } from '~/components/Urgency'
import { useAsOf } from '~/state/as-of'
import { everyRow } from '~/table/export'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, Unknown } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, percent } from '~/util/units'
import { SeverityBadge } from '../vulnerabilities/columns'

type Package = components['schemas']['PageBody_Package']['items'][number]

/** One finding opened: why it is urgent, and which version ends it on this asset. */
export function FindingPeek({ finding, asset }: { finding: Finding; asset: string }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <p className="text-dim"><LongText wrap title={finding.id}>{finding.summary || 'No source describes it.'}</LongText></p>
      <KeyValue rows={[
        ['Severity', <SeverityBadge key="s" severity={finding.severity} />],
        ['Known exploited', finding.kev ? <StateBadge key="k" state="critical">since {finding.kev.date_added}</StateBadge> : 'not listed'],
        ['EPSS', finding.epss ? `${percent(finding.epss.score * 100)} within 30 d` : <Unknown key="e" />],
        ['Published', finding.published ? <RelativeTime key="p" at={finding.published} /> : <Unknown key="p" />],
        ['Elsewhere', <Link key="o" to={path.vulnerability(finding.id)} className={LINK}>{count(finding.affected)} of {count(finding.judged)} judged assets</Link>],
      ]} />
      <Section title="SLA clock"><SlaClock sla={finding.sla} /></Section>
      <Section title="Versions that end it"><Fixes id={finding.id} asset={asset} /></Section>
      <Section title={`Urgency ${Math.round(finding.urgency.score)} of 100`} note={`${percent(finding.urgency.confidence * 100, 0)} of its weight is known`}><UrgencyParts finding={finding} /></Section>
    </div>
  )
}

/** The advisory speaks of the whole estate; here are only the packages that this asset has. */
function Fixes({ id, asset }: { id: string; asset: string }) {
  const asOf = useAsOf()
  const detail = useApi('/api/v1/vulnerabilities/{id}', { path: { id } })
  const installed = useQuery({
    queryKey: ['api', 'assets', 'every package', asset, asOf ?? null],
    queryFn: () => everyRow<'/api/v1/assets/{id}/packages', Package>('/api/v1/assets/{id}/packages', { path: { id: asset }, query: { as_of: asOf } }, () => {}),
  })
  const error = detail.error ?? installed.error
  if (error) return <ErrorState compact error={error} retry={() => { void detail.refetch(); void installed.refetch() }} />
  if (!detail.data || !installed.data) return <SkeletonRows rows={2} />
  const key = (each: { ecosystem: string; name: string; version: string; arch: string }) => [each.ecosystem, each.name, each.version, each.arch].join('\n')
  const has = new Set(installed.data.map(key))
  const rows = detail.data.affected_packages.filter((each) => has.has(key(each)))
  if (rows.length === 0) return <Unknown why="The advisory's packages and those installed do not meet at this moment" />
  return (
    <ul>
      {rows.map((row) => (
        <li key={key(row) + row.advisory} className="grid border-b border-line py-1.5 last:border-0">
          <span><Link to={path.asset(asset, { tab: 'packages', q: row.name })} className={LINK}><Text mono>{row.name}</Text></Link> <Text mono className="text-meta">{row.version}</Text></span>
          {row.fixed_version ? <span>fixed in <Text mono>{row.fixed_version}</Text></span> : <StateBadge state="warning">no fix published</StateBadge>}
          <span className="text-xs text-meta"><Text>{`${row.advisory} · ${row.ecosystem}`}</Text></span>
        </li>
      ))}
    </ul>
  )
}
