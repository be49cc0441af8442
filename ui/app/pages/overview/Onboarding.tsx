import type { Read } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { FollowsScope } from '~/state/scope'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateGlyph } from '~/ui/State'
import { Command, Text } from '~/ui/Text'
import { of } from '~/util/units'
import { SimulatedEstate } from './SimulatedEstate'
import { wordsOf, type Onboarding as Data, type OnboardingStep } from './steps'

/** What to do first. It ticks itself from facts, and goes when all of it is done: there is no other way to close it. */
export function Onboarding({ onboarding }: { onboarding: Read<Data> }) {
  if (onboarding.error && !onboarding.data) return <Section title="First steps"><ErrorState compact error={onboarding.error} retry={() => void onboarding.refetch()} /></Section>
  if (!onboarding.data) return <Section title="First steps"><SkeletonRows rows={5} className="h-10" /></Section>
  const { steps, simulated } = onboarding.data
  const done = steps.filter((step) => step.done).length
  if (done === steps.length) return null
  const next = steps.find((step) => !step.done)
  return (
    <Section title="First steps" note={`${of(done, steps.length)} done`}>
      <ol>{steps.map((step) => <Step key={step.step} step={step} next={step === next} />)}</ol>
      {/* The steps and what is simulated are counted in the whole organisation, and so are the lists behind them. */}
      <FollowsScope value="ignores"><SimulatedEstate simulated={simulated} /></FollowsScope>
    </Section>
  )
}

function Step({ step, next }: { step: OnboardingStep; next: boolean }) {
  const { title, why, to, action } = wordsOf(step.step)
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-2.5 border-b border-line py-2 last:border-0" aria-current={next ? 'step' : undefined}>
      <StateGlyph state={step.done ? 'ok' : next ? 'progress' : 'unknown'} className="self-center" />
      <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <span className={step.done ? 'text-dim' : 'font-semibold'}>{title}</span>
        <span className="sr-only">{step.done ? 'done' : next ? 'next' : 'to do'}</span>
        <span className="num text-xs text-meta"><Text wrap>{[step.fact, step.missing].filter(Boolean).join('; ') || why}</Text>{step.since && <> · <RelativeTime at={step.since} /></>}</span>
      </p>
      {next && (
        <div className="col-start-2 flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 pt-1.5">
          <Command>{step.command}</Command>
          {to && action && <Link to={to} className={LINK}>{action}</Link>}
        </div>
      )}
    </li>
  )
}
