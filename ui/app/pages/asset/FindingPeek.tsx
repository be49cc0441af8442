import type { components } from '~/api/generated/schema'
import { KeyValue, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { SlaClock } from '~/components/SlaClock'
import { UrgencyParts } from '~/components/Urgency'
import { Link, LINK } from '~/ui/Link'
import { StateBadge, Unknown } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, percent } from '~/util/units'
import { SeverityBadge } from '../vulnerabilities/columns'

type Finding = components['schemas']['Finding']
type Fix = components['schemas']['PackageFix']

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
      <Section title="Versions that end it"><Fixes fixes={finding.fixes} asset={asset} /></Section>
      <Section title={`Urgency ${Math.round(finding.urgency.score)} of 100`} note={`${percent(finding.urgency.confidence * 100, 0)} of its weight is known`}><UrgencyParts finding={finding} /></Section>
    </div>
  )
}

function Fixes({ fixes, asset }: { fixes: Fix[]; asset: string }) {
  return (
    <ul>
      {fixes.map((fix) => (
        <li key={[fix.ecosystem, fix.name, fix.version, fix.arch, fix.advisory].join('\n')} className="grid border-b border-line py-1.5 last:border-0">
          <span><Link to={path.asset(asset, { tab: 'packages', q: fix.name })} className={LINK}><Text mono>{fix.name}</Text></Link> <Text mono className="text-meta">{fix.version}</Text></span>
          {fix.fixed_version ? <span>fixed in <Text mono>{fix.fixed_version}</Text></span> : <StateBadge state="warning">no fix published</StateBadge>}
          <span className="text-xs text-meta"><Text>{`${fix.advisory} · ${fix.ecosystem}`}</Text></span>
        </li>
      ))}
    </ul>
  )
}
