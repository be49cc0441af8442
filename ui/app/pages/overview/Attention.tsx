import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { Skeleton, SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateGlyph } from '~/ui/State'
import { Command, Text } from '~/ui/Text'
import { cx } from '~/util/class'
import { count, plural } from '~/util/units'
import type { Read } from '~/api/query'
import { listOf, nextOf, openOf, numberOf, ranked, stateOf, wordsOf, worst, type Data, type Matter } from './matters'

type Query = Read<Data>

/** What is wrong, and of that the first: where, since when, and the way to it. */
export function Headline({ attention }: { attention: Query }) {
  const { data, error } = attention
  if (!data) return error ? null : <div className="grid auto-rows-[1.5rem] items-center pb-3"><Skeleton className="h-5 w-[50ch] max-w-full" /><Skeleton className="h-5 w-[60ch] max-w-full" /></div>
  const first = data.items[0]
  if (!first) return <p className="flex items-center gap-2 pb-3"><StateGlyph state="ok" />Nothing among what is known needs somebody.</p>
  const kinds = worst(data)
  const place = where(first)
  return (
    <div className="num pb-3 leading-6">
      <p>
        <StateGlyph state={stateOf(first.level)} className="mr-1.5 align-[-1px]" /><strong className="font-semibold capitalize">{first.level}:</strong>{' '}
        {kinds.map(({ kind, total }, i) => <span key={kind}><Link to={listOf(kind)} className={LINK}>{numberOf(kind, total)}</Link>{i < kinds.length - 1 && ', '}</span>)}
      </p>
      <p className="text-dim">First <Link to={openOf(first)} className="font-semibold text-text hover:underline"><Text wrap>{first.title}</Text></Link>{first.since && <>, since <RelativeTime at={first.since} /></>}{first.assets != null && <>, on <Next item={first} /></>}{place && <>, {place}</>}.</p>
    </div>
  )
}

/** What needs a hand, the worst first, each with why it is here and what comes next. */
export function Attention({ attention }: { attention: Query }) {
  const { data, error } = attention
  const total = data?.totals.reduce((sum, each) => sum + (each.total ?? 0), 0) ?? 0
  const unknown = data?.totals.filter((each) => each.total == null).length ?? 0
  return (
    <Section title="Needs attention" note={data && <>{plural(total, 'matter')}, the worst first{unknown > 0 && ` · ${plural(unknown, 'kind')} not known`}</>}>
      {error && !data ? <ErrorState compact error={error} retry={() => void attention.refetch()} />
        : !data ? <SkeletonRows rows={9} className="h-[45px]" />
          : data.items.length === 0 ? <p className="flex items-center gap-2 py-2 text-dim"><StateGlyph state="ok" />Nothing among what is known.</p>
            : <Matters data={data} />}
    </Section>
  )
}

function Matters({ data }: { data: Data }) {
  const { shown, more } = ranked(data)
  return (
    <>
      <ul>{shown.map((item) => <Line key={`${item.kind} ${item.title}`} item={item} />)}</ul>
      {more.length > 0 && (
        <p className="num flex flex-wrap gap-x-1.5 gap-y-2.5 pt-1.5 text-xs text-meta">and{more.map(({ kind, left }, i) => (
          <span key={kind}><Link to={listOf(kind)} className={LINK}>{count(left)} more {wordsOf(kind, left)}</Link>{i < more.length - 1 && ','}</span>
        ))}</p>
      )}
    </>
  )
}

function Line({ item }: { item: Matter }) {
  const { command } = nextOf(item)
  const place = where(item)
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2.5 border-b border-line py-1.5 last:border-0">
      <StateGlyph state={stateOf(item.level)} /><span className="sr-only">{item.level}:</span>
      <div className="min-w-0">
        <p className="flex items-baseline gap-x-1.5 overflow-hidden"><Title item={item} />{item.simulated > 0 && <span className="shrink-0"><SimulatedBadge compact /></span>}</p>
        <p className="num truncate text-xs text-meta max-sm:whitespace-normal"><Text wrap>{item.why}</Text>{item.since && <> · since <RelativeTime at={item.since} /></>}{place && <> · {place}</>}</p>
      </div>
      <span className="flex items-center gap-3">
        {command && <span className="max-lg:hidden"><Command>{command}</Command></span>}
        <Next item={item} />
      </span>
    </li>
  )
}

function Title({ item }: { item: Matter }) {
  return (
    <>
      <Link to={openOf(item)} className={cx('truncate font-semibold hover:underline', item.about ? 'max-w-full shrink-0' : 'min-w-0')}><Text>{item.title}</Text></Link>
      {item.about && <span className="min-w-0 truncate text-dim"><Text>{item.about}</Text></span>}
    </>
  )
}

function Next({ item }: { item: Matter }) {
  const { to, words } = nextOf(item)
  return <Link to={to} className={`${LINK} whitespace-nowrap`}>{words}</Link>
}

/** `at ams1`, `most at ams1 (577), at 6 sites`. */
function where({ sites, sites_total: total }: Matter): React.ReactNode {
  const [first] = sites
  if (!first) return null
  const name = first.value ? <Text>{first.value}</Text> : 'an unknown site'
  return total === 1 ? <>at {name}</> : <>most at {name} ({count(first.assets)}), at {count(total)} sites</>
}
