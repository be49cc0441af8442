import type { components } from '~/api/generated/schema'
import { StackedBar } from '~/charts/StackedBar'
import { driftParts } from '~/components/DriftWords'
import { Section } from '~/components/Page'
import { Link } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term, terms } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { of, percent, plural } from '~/util/units'

/** The traffic light of each platform; it opens into its assets. */
export function Platforms({ overview }: { overview: components['schemas']['Overview'] | undefined }) {
  const rows = overview?.platforms
  return (
    <Section title="Platforms" note={rows && `coverage · ${plural(rows.length, 'platform')}`}>
      {!rows ? <SkeletonRows rows={4} /> : (
        <table className="num w-full">
          <thead className="sr-only"><tr><th scope="col">Platform</th><th scope="col">Coverage</th><th scope="col">Drift</th></tr></thead>
          <tbody>
            {rows.map(({ name, drift }) => (
              <tr key={name ?? ''} className="h-9 border-b border-line last:border-0">
                <th scope="row" className="max-w-32 truncate text-left font-normal"><Link to={path.fleet({ q: term('platform', name) })} className="hover:underline">{name ? <Text>{name}</Text> : <Unknown />}</Link></th>
                <td className="pl-3 whitespace-nowrap"><StateBadge state={ragState(drift.rag)}>{drift.coverage_percent == null ? 'no assets' : percent(drift.coverage_percent, 0)}</StateBadge> <Link to={path.fleet({ q: terms(term('platform', name), 'drift:current') })} className="text-xs text-meta hover:underline">{of(drift.current, drift.total)}</Link></td>
                <td className="w-2/5 pl-3"><StackedBar label={`Drift on ${name ?? 'unknown'}`} parts={driftParts(drift)} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
