import { useState } from 'react'
import type { components } from '~/api/generated/schema'
import { useApi } from '~/api/query'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { count, of } from '~/util/units'
import type { Connector } from './words'

type Scope = components['schemas']['ScopeCoverage']
const SHOWN = 50

/** Which scopes were listed completely, and when: from absence in the others nothing is concluded. */
export function Ledger({ connector }: { connector: Connector }) {
  const coverage = useApi('/api/v1/coverage')
  const [all, setAll] = useState(false)
  const own = coverage.data?.items.filter((scope) => scope.connector_id === connector.id) ?? []
  const shown = all ? own : own.slice(0, SHOWN)
  return (
    <Section title="Coverage" note={coverage.data && own.length > 0 && <>{of(own.filter((scope) => !scope.code).length, own.length)} scopes complete at their last attempt</>}>
      {coverage.error ? <ErrorState compact error={coverage.error} retry={() => void coverage.refetch()} />
        : !coverage.data ? <SkeletonRows rows={6} />
          : own.length === 0 ? <EmptyState compact title="No scope was listed yet">It is filled by the first collection.</EmptyState>
            : (
              <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Coverage by scope">
                <table className="num w-full md:min-w-160">
                  <thead className="text-left text-xs text-meta"><tr className="[&>th]:pr-3 [&>th]:pb-1 [&>th]:font-normal"><th scope="col">Account</th><th scope="col">Region</th><th scope="col" className="max-md:hidden">Kind</th><th scope="col" className="text-right">Assets</th><th scope="col" className="whitespace-nowrap max-md:hidden">Last complete</th><th scope="col">Last attempt</th></tr></thead>
                  <tbody>{shown.map((scope) => <Line key={`${scope.account} ${scope.region} ${scope.kind}`} scope={scope} />)}</tbody>
                </table>
              </div>
            )}
      {shown.length < own.length && <Button className="mt-2" onClick={() => setAll(true)}>Show all {count(own.length)}</Button>}
    </Section>
  )
}

function Line({ scope }: { scope: Scope }) {
  return (
    <tr className="border-t border-line align-top [&>*]:py-1.5 [&>*]:pr-3">
      <th scope="row" className="max-w-56 truncate text-left max-md:max-w-24 font-normal"><Text>{scope.account}</Text></th>
      <td className="max-w-40 truncate max-md:max-w-20"><Text>{scope.region}</Text></td>
      <td className="whitespace-nowrap max-md:hidden">{scope.kind.replaceAll('_', ' ')}</td>
      <td className="text-right">{scope.completed_at ? count(scope.assets) : <Unknown why="It was never listed completely" />}</td>
      <td className="whitespace-nowrap text-meta max-md:hidden">{scope.completed_at ? <RelativeTime at={scope.completed_at} /> : 'never'}</td>
      <td>
        <StateBadge state={scope.code ? 'warning' : 'ok'}>{scope.code ? 'incomplete' : 'complete'}</StateBadge> <RelativeTime className="text-xs text-meta max-md:hidden" at={scope.attempted_at} />
        {scope.code && <p className="text-xs text-dim"><Text wrap>{scope.detail ?? scope.code}</Text> <code className="break-all">{scope.code}</code></p>}
      </td>
    </tr>
  )
}
