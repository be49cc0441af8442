import { useParams } from '@tanstack/react-router'
import { RefreshCw } from 'lucide-react'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { useTitle } from '~/frame/Announcer'
import { announce } from '~/state/announce'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Link, LINK, useGo } from '~/ui/Link'
import { Skeleton, SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateGlyph } from '~/ui/State'
import { Tabs, type Tab } from '~/ui/Tabs'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import { Changes } from './Changes'
import { PlanSummary } from './PlanSummary'
import { Policy } from './Policy'
import { Risk } from './Risk'
import { Steps } from './Steps'
import { Targets } from './Targets'
import { verdictWords } from '../policies/words'
import type { Plan } from './words'

const read = (raw: RawSearch) => ({ tab: oneOf(raw.tab, ['steps', 'targets', 'risk', 'policy', 'changes'] as const) ?? 'steps' })

export default function PlanPage() {
  const { plan: id = '' } = useParams({ strict: false }) as { plan?: string }
  const plan = useApi('/api/v1/plans/{plan}', { path: { plan: id } })
  const { data } = plan
  useTitle(data?.title)
  return (
    <div className="pb-8">
      <PageHeader title={data?.title ?? 'Plan'} count={data ? `${data.kind} · ${plural(data.targets, 'target')}` : <Skeleton className="h-3 w-32" />}
        badge={data && data.simulated_targets > 0 && <SimulatedBadge />}
        actions={<><Link to={path.plans()} className={LINK}>All plans</Link>{data && !data.staleness.stale && <Replan plan={data} />}</>} />
      {plan.error ? <Missing error={plan.error} retry={() => void plan.refetch()} /> : !data ? <SkeletonRows rows={10} /> : (
        <>
          {data.staleness.stale && <Stale plan={data} />}
          <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] gap-x-8 gap-y-6 max-lg:grid-cols-[minmax(0,1fr)]">
            <Parts plan={data} />
            <PlanSummary plan={data} />
          </div>
        </>
      )}
    </div>
  )
}

function Missing({ error, retry }: { error: { status: number }; retry: () => void }) {
  if (error.status !== 404) return <ErrorState error={error} retry={retry} />
  return <EmptyState title="There is no such plan" action={<Link to={path.plans()} className={LINK}>All plans</Link>} />
}

function Parts({ plan }: { plan: Plan }) {
  const [{ tab }, set] = useUrl(read)
  const tabs: Tab[] = [
    { id: 'steps', label: `Steps ${count(plan.plan_steps.length)}`, content: <Steps steps={plan.plan_steps} /> },
    { id: 'targets', label: `Targets ${count(plan.targets)}`, content: <Targets id={plan.id} /> },
    { id: 'risk', label: `Risk ${plan.risk_score}`, content: <Risk plan={plan} /> },
    { id: 'policy', label: `Policy: ${verdictWords(plan.verdict)}`, content: <Policy plan={plan} /> },
    ...(plan.parent_id ? [{ id: 'changes', label: 'Against the plan of before', content: <Changes id={plan.id} parent={plan.parent_id} /> }] : []),
  ]
  const open = tabs.some((each) => each.id === tab) ? tab : 'steps'
  return <div className="min-w-0"><Tabs label="Parts of the plan" tabs={tabs} value={open} onChange={(next) => set({ tab: next === 'steps' ? undefined : next, peek: undefined })} /></div>
}

/** Its targets are not what they were: the plan stays, and another is made of it. */
function Stale({ plan }: { plan: Plan }) {
  const { changed, gone, examples } = plan.staleness
  const rest = changed + gone - examples.length
  return (
    <section role="status" aria-label="Stale plan" className="mb-4 grid grid-cols-[minmax(0,1fr)] gap-2 rounded-md border border-line-strong bg-sunken px-4 py-3">
      <p className="flex flex-wrap items-center gap-2"><StateGlyph state="stale" /><strong className="font-semibold">Stale.</strong> <span>Since it was made, {plural(changed, 'target')} changed and {count(gone)} went away.</span></p>
      <ul className="flex flex-wrap gap-x-4 text-dim">
        {examples.map((each) => <li key={each.asset_id} className="min-w-0"><Link to={path.asset(each.asset_id)} className="hover:underline"><Text>{each.name}</Text></Link> <span className="text-meta">{each.reason}</span></li>)}
        {rest > 0 && <li>and {count(rest)} more</li>}
      </ul>
      <Replan plan={plan} />
    </section>
  )
}

function Replan({ plan }: { plan: Plan }) {
  const may = useCan('plan:create')
  const go = useGo()
  const replan = useSend('post', '/api/v1/plans/{plan}/replan')
  const send = () => replan.mutate({ path: { plan: plan.id } }, { onSuccess: (child) => { announce('Planned again'); go(path.plan(child.id, 'changes')) } })
  return (
    <div className="grid justify-items-start gap-2">
      <Button kind={plan.staleness.stale ? 'primary' : 'plain'} icon={<RefreshCw />} disabledReason={may.reason ?? (replan.isPending ? 'The plan is being made' : undefined)} onClick={send}>Plan again</Button>
      {replan.error && <ErrorState compact error={replan.error} />}
    </div>
  )
}
