import { useApi } from '~/api/query'
import { DriftBadge } from '~/components/DriftWords'
import { KeyValue, Section, Sentence } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, days, plural } from '~/util/units'
import { packagesOf, type Value, valuesOf } from './differences'

const SHOWN_MAX = 200
const REASONS: Record<string, string> = { not_observed: 'it was not observed', not_comparable: 'the versions cannot be compared', not_packaged: 'it is not a package' }

/** The differing packages themselves, beside the list. */
export function DriftPeek({ id }: { id: string }) {
  const drift = useApi('/api/v1/assets/{id}/drift', { path: { id } })
  if (drift.error) return <ErrorState compact error={drift.error} retry={() => void drift.refetch()} />
  if (!drift.data) return <SkeletonRows rows={8} />
  const { data } = drift
  const values = [...valuesOf(data.services), ...valuesOf(data.config)]
  return (
    <div className="grid gap-4">
      <KeyValue rows={[
        ['Drift', <span key="d" className="flex flex-wrap gap-x-3"><DriftBadge drift={data.state} /><span className="text-meta">since <RelativeTime at={data.since} /></span>{data.simulated && <SimulatedBadge />}</span>],
        ['Runs', data.version ? <Text key="v" wrap>{[data.family, data.version].join(' ')}</Text> : <Unknown key="v" why="Not linked to a golden image" />],
        ['Should run', data.target_version ? <span key="t"><Text wrap>{data.target_version}</Text>{data.versions_behind ? <span className="text-meta"> · {plural(data.versions_behind, 'version')} ahead{data.lag_days != null && `, newer for ${days(data.lag_days)}`}</span> : null}</span> : <Unknown key="t" />],
        ['Linked by', data.proof ? <Text key="p" wrap>{data.proof}</Text> : <Unknown key="p" />],
      ]} />
      {!data.explained && <Sentence>Images or link rules changed since this was judged; what differs is told after the next judgement.</Sentence>}
      <Packages title="Packages that differ" none="No package differs from what was compared." entries={packagesOf(data.packages)} />
      {data.update && (
        <Packages title={`What moving to ${data.target_version ?? 'the newest version'} changes`} entries={packagesOf(data.update.packages)}
          none={data.update.has_packages ? 'No package: it has those of that version already.' : 'Not known: the contract of that version says nothing of packages.'} />
      )}
      {values.length > 0 && <Values values={values} />}
      {data.unverified.length > 0 && (
        <Section title="Not compared" note={count(data.unverified.length)}>
          <ul>{data.unverified.map((each) => <li key={each.what} className="border-b border-line py-1 last:border-0"><StateBadge state="unknown"><Text>{each.what}</Text></StateBadge> <span className="text-meta">{REASONS[each.why] ?? each.why}</span></li>)}</ul>
        </Section>
      )}
      {data.sentences.length > 0 && <Section title="In words"><div className="grid gap-1.5">{data.sentences.slice(0, SHOWN_MAX).map((text) => <Sentence key={text}><Text wrap>{text}</Text></Sentence>)}</div></Section>}
      <Link to={path.asset(id)} className={LINK}>Open the asset</Link>
    </div>
  )
}

function Packages({ title, none, entries }: { title: string; none: string; entries: ReturnType<typeof packagesOf> }) {
  return (
    <Section title={title} note={count(entries.length)}>
      {entries.length === 0 ? <p className="text-dim">{none}</p> : (
        <table className="num w-full table-fixed text-xs">
          <thead className="text-left text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col">Package</th><th scope="col" className="w-20">Is</th><th scope="col">Expected</th><th scope="col">Installed</th></tr></thead>
          <tbody>
            {entries.slice(0, SHOWN_MAX).map((each) => (
              <tr key={`${each.name} ${each.arch} ${each.change}`} className="border-t border-line [&>*]:py-1 [&>*]:pr-2 [&>*]:align-top">
                <th scope="row" className="text-left font-normal break-words"><Text wrap>{each.name}</Text></th>
                <td><StateBadge state={each.state}>{each.change}</StateBadge></td>
                <td className="break-all"><Text mono wrap>{each.expected ?? 'nothing'}</Text></td>
                <td className="break-all"><Text mono wrap>{each.actual ?? 'nothing'}</Text></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {entries.length > SHOWN_MAX && <p className="pt-1 text-xs text-meta">and {count(entries.length - SHOWN_MAX)} more</p>}
    </Section>
  )
}

const Values = ({ values }: { values: Value[] }) => (
  <Section title="Services and settings" note={count(values.length)}>
    <ul>{values.map((each) => <li key={each.name} className="border-b border-line py-1 last:border-0"><Text wrap>{each.name}</Text>: <Text mono wrap>{each.actual}</Text> <span className="text-meta">instead of</span> <Text mono wrap>{each.expected}</Text></li>)}</ul>
  </Section>
)
