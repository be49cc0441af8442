import { KeyValue, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { Actor } from '~/ui/Actor'
import { Link, LINK } from '~/ui/Link'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import { verdictState, verdictWords } from '../policies/words'
import type { Plan } from './words'

/** What a plan is, when it may run, and what it reaches. */
export function PlanSummary({ plan }: { plan: Plan }) {
  const { window, expected, limits, blast_radius: blast } = plan
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-6">
      <Section title="Plan">
        <KeyValue rows={[
          ['Digest', <Text key="d" mono wrap className="break-all">{plan.digest}</Text>],
          ['Policy', <Link key="v" to={path.plan(plan.id, 'policy')} className="hover:underline"><StateBadge state={verdictState(plan.verdict)}>{verdictWords(plan.verdict)}</StateBadge></Link>],
          ['Author', <Actor key="a">{plan.author}</Actor>],
          ['Made', <RelativeTime key="m" at={plan.created_at} />],
          ['Facts as of', <RelativeTime key="f" at={plan.facts_as_of} />],
          ['Chosen by', plan.query ? <Link key="q" to={path.fleet({ q: plan.query })} className={LINK}><Text wrap>{plan.query}</Text></Link> : plan.targets > 0 ? 'their ids' : 'no targets'],
          ['In place of', plan.parent_id ? <Link key="p" to={path.plan(plan.parent_id)} className={LINK}>the plan of before</Link> : 'no other plan'],
          ['Followed by', plan.children > 0 ? plural(plan.children, 'newer plan') : 'no newer plan'],
        ]} />
      </Section>
      <Section title="Limits and window">
        <KeyValue rows={[
          ['At a time', plural(limits.batch, 'target')],
          ['Out of service', `at most ${plural(limits.max_unavailable, 'target')}`],
          ['Window', window ? <span key="w"><RelativeTime at={window.starts_at} /> to <RelativeTime at={window.ends_at} />, <Text>{window.time_zone}</Text></span> : 'none: at any time'],
          ['Takes', expected.minutes != null ? `${plural(expected.minutes, 'minute')}, as declared` : <Unknown key="t" why="Its author declares no duration, and nothing like it has been measured" />],
          ['Costs', expected.cost != null ? `${count(expected.cost)} ${expected.currency ?? ''}, as declared` : <Unknown key="c" why="Its author declares no cost" />],
        ]} />
      </Section>
      <Section title="Blast radius" note={plural(plan.targets, 'target')}>
        <KeyValue rows={[
          ['Environments', <Shares key="e" shares={blast.environments} />], ['Sites', <Shares key="s" shares={blast.sites} />],
          ['Platforms', <Shares key="p" shares={blast.platforms} />], ['Criticality', <Shares key="c" shares={blast.criticalities} />],
        ]} />
      </Section>
    </div>
  )
}

function Shares({ shares }: { shares: Plan['blast_radius']['sites'] }) {
  if (shares.length === 0) return <Unknown why="The plan names no targets" />
  return (
    <ul className="flex flex-wrap gap-x-4">
      {shares.map((share) => <li key={share.value ?? ''} className="flex min-w-0 items-baseline gap-1.5">{share.value ? <Text>{share.value}</Text> : <Unknown />} <span className="text-meta">{count(share.targets)}</span></li>)}
    </ul>
  )
}
