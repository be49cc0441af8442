import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { StackedBar } from '~/charts/StackedBar'
import { DriftTrend } from '~/components/DriftTrend'
import { driftParts } from '~/components/DriftWords'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Select } from '~/ui/Field'
import { Link } from '~/ui/Link'
import { Skeleton, SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term, terms } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { of, percent, plural } from '~/util/units'
import { Reports } from './Reports'

const DAYS = ['30', '90', '366'] as const
const readDays = (raw: RawSearch) => ({ days: oneOf(raw.days, DAYS) ?? '90' })

export function Trend({ q }: { q?: string }) {
  const [url, set] = useUrl(readDays)
  const trend = useApi('/api/v1/drift/trends', { query: { q, days: Number(url.days) } }, { keep: true })
  const choice = <Select aria-label="Days shown" value={url.days} onChange={(event) => set({ days: event.target.value }, { replace: true })} options={DAYS.map((days) => [days, `${days} d`] as const)} />
  return (
    <div className="grid gap-6 pb-8">
      <Section title="Drift over time" note="states at the end of each day, UTC" actions={choice}>
        {trend.error ? <ErrorState error={trend.error} retry={() => void trend.refetch()} /> : trend.data ? <DriftTrend trend={trend.data} /> : <Skeleton className="h-[222px]" />}
      </Section>
      <Reports q={q} days={Number(url.days)} />
    </div>
  )
}

type Summary = components['schemas']['DriftSummary']
const DIMENSIONS = [['by_platform', 'platform', 'Platforms'], ['by_site', 'site', 'Sites'], ['by_env', 'env', 'Environments'], ['by_family', 'family', 'Image families']] as const

/** The traffic light of each part of the estate; a part opens into its drifted assets. */
export function Groups({ summary, q }: { summary: Summary | undefined; q?: string }) {
  if (!summary) return <SkeletonRows rows={8} />
  return (
    <div className="grid grid-cols-2 gap-x-10 gap-y-6 pb-8 max-lg:grid-cols-1">
      {DIMENSIONS.map(([list, key, title]) => (
        <Section key={key} title={title} note={plural(summary[list].length, 'value')}>
          <table className="num w-full">
            <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col">{title}</th><th scope="col" className="pl-3">Coverage</th><th scope="col" className="w-2/5 pl-3">Drift</th></tr></thead>
            <tbody>
              {summary[list].map((group) => (
                <tr key={group.value ?? ''} className="h-9 border-t border-line">
                  <th scope="row" className="max-w-32 truncate text-left font-normal"><Link to={path.drift({ q: terms(q, term(key, group.value)) })} className="hover:underline">{group.value ? <Text>{group.value}</Text> : <Unknown />}</Link></th>
                  <td className="pl-3 whitespace-nowrap" title={of(group.current, group.total)}><StateBadge state={ragState(group.rag)}>{group.coverage_percent == null ? 'no assets' : percent(group.coverage_percent)}</StateBadge> <span className="text-xs text-meta">{of(group.current, group.total)}</span></td>
                  <td className="pl-3"><StackedBar label={`Drift of ${group.value ?? 'unknown'}`} parts={driftParts(group)} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      ))}
    </div>
  )
}
