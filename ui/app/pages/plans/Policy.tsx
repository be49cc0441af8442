import { ClipboardCheck } from 'lucide-react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import { KeyValue } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Link, LINK } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { Denials } from '../policies/Denials'
import { verdictState, verdictWords } from '../policies/words'
import type { Plan } from './words'

/** What the rules of now say of the plan, and what that rests on. */
export function Policy({ plan: { id, verdict, blast_radius: blast } }: { plan: Plan }) {
  const may = useCan('plan:create')
  const check = useSend('post', '/api/v1/plans/{plan}/check', ['policies', 'plans'])
  const write = () => check.mutate({ path: { plan: id } }, { onSuccess: (said) => announce(`Written down: ${verdictWords(said)}`) })
  const unknown = [['environment', blast.environments], ['site', blast.sites]] as const
  const missing = unknown.filter(([, shares]) => shares.length === 0 || shares.some((share) => !share.value)).map(([name]) => name)
  const digest = (text: string) => <Text mono wrap className="break-all">{text}</Text>
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <StateBadge state={verdictState(verdict)}><strong className="font-semibold">{verdictWords(verdict)}</strong></StateBadge>
        <span className="text-xs text-meta">by the rules of <RelativeTime at={verdict.decided_at} /></span>
      </p>
      {missing.length > 0 && <p><StateBadge state="unknown">{missing.join(' and ')} of some targets {missing.length > 1 ? 'are' : 'is'} unknown</StateBadge> <span className="text-dim">The rules take what is not known for the worst.</span></p>}
      <Denials denials={verdict.denials} />
      <KeyValue rows={[
        ['Own rules', verdict.bundle_version == null ? 'none were saved' : `version ${verdict.bundle_version}`],
        ...(verdict.bundle_digest ? [['', digest(verdict.bundle_digest)] as const] : []),
        ['Shipped rules', digest(verdict.baseline_digest)],
        ['Input', digest(verdict.input_digest)],
      ]} />
      <div className="flex flex-wrap items-center gap-3">
        <Button icon={<ClipboardCheck />} disabledReason={may.reason ?? (check.isPending ? 'The rules are being asked' : undefined)} onClick={write}>Write the verdict down</Button>
        <Link to={path.policies({ tab: 'decisions', plan: id })} className={LINK}>What was decided of it</Link>
      </div>
      {check.error && <ErrorState compact error={check.error} />}
    </div>
  )
}
