import { useApi } from '~/api/query'
import { StackedBar } from '~/charts/StackedBar'
import { driftParts } from '~/components/DriftWords'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { useUrl } from '~/state/url'
import { Select } from '~/ui/Field'
import { Link } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term, terms } from '~/util/path-builder'
import { count, of } from '~/util/units'
import { OFFENDERS_BY, OFFENDERS_SHOWN, readOffenders } from './asks'

const WORDS = { family: 'Image family', workload: 'Workload', owner: 'Owner', site: 'Site' } as const

interface Props { q?: string; shown?: number }

export function Offenders({ q, shown = OFFENDERS_SHOWN }: Props) {
  const [{ by }, set] = useUrl(readOffenders)
  const top = useApi('/api/v1/drift/top-offenders', { query: { by, q, limit: shown } }, { keep: true })
  const choice = <Select aria-label="Top offenders by" value={by} onChange={(event) => set({ offenders: event.target.value }, { replace: true })} options={OFFENDERS_BY.map((each) => [each, WORDS[each]] as const)} />
  return (
    <Section title="Top offenders" note="by assets behind" actions={choice}>
      {top.error ? <ErrorState error={top.error} retry={() => void top.refetch()} />
        : !top.data ? <SkeletonRows rows={shown} />
          : top.data.groups.length === 0 ? <EmptyState compact title="Nothing is behind among what is known" />
            : (
              <table className="num w-full">
                <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col">{WORDS[by]}</th><th scope="col" className="text-right">Outdated</th><th scope="col" className="w-1/2 pl-4">Drift</th></tr></thead>
                <tbody>
                  {top.data.groups.map((group) => (
                    <tr key={group.value ?? ''} className="h-9 border-t border-line">
                      <th scope="row" className="max-w-40 truncate text-left font-normal"><Link className="hover:underline" to={path.fleet({ q: terms(q, term(by, group.value), 'drift:outdated') })}>{group.value ? <Text>{group.value}</Text> : <Unknown />}</Link></th>
                      <td className="text-right whitespace-nowrap" title={of(group.outdated, group.total)}>{count(group.outdated)} <span className="text-xs text-meta">of {count(group.total)}</span></td>
                      <td className="pl-4"><StackedBar label={`Drift of ${group.value ?? 'unknown'}`} parts={driftParts(group)} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
    </Section>
  )
}
