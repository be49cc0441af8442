import { useApi } from '~/api/query'
import { Age } from '~/components/Age'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { CodeLink, Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { count, of } from '~/util/units'
import { Listing } from '../coverage/words'
import type { Scope } from '../coverage/columns'
import type { Connector } from './words'

const SHOWN = 20

/** Which scopes were listed completely, and when, the worst first: from absence in the others nothing is concluded. */
export function Ledger({ connector }: { connector: Connector }) {
  const coverage = useApi('/api/v1/coverage', { query: { connector: connector.id, limit: SHOWN } })
  const summary = useApi('/api/v1/coverage/summary', { query: { connector: connector.id } })
  const scopes = summary.data?.scopes
  const to = (search: Record<string, string> = {}) => path.coverage({ connector: connector.id, ...search })
  return (
    <Section title="Coverage" note={scopes && scopes.total > 0 && <Link to={to({ state: 'complete', freshness: 'fresh' })} className="hover:underline">{of(scopes.complete_fresh, scopes.total)} scopes complete and fresh</Link>}
      actions={coverage.data && coverage.data.total > 0 && <Link to={to()} className={LINK}>{coverage.data.total > SHOWN ? `All ${count(coverage.data.total)} scopes` : 'In the ledger'}</Link>}>
      {coverage.error ? <ErrorState compact error={coverage.error} retry={() => void coverage.refetch()} />
        : !coverage.data ? <SkeletonRows rows={6} />
          : coverage.data.items.length === 0 ? <EmptyState compact title="No scope was listed yet">It is filled by the first collection.</EmptyState>
            : (
              <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Coverage by scope">
                <table className="num w-full md:min-w-160">
                  <thead className="text-left text-xs text-meta"><tr className="[&>th]:pr-3 [&>th]:pb-1 [&>th]:font-normal"><th scope="col">Account</th><th scope="col">Region</th><th scope="col" className="max-md:hidden">Kind</th><th scope="col" className="text-right">Assets</th><th scope="col" className="whitespace-nowrap max-md:hidden">Last complete</th><th scope="col">Last listing</th></tr></thead>
                  <tbody>{coverage.data.items.map((scope) => <Line key={scope.id} scope={scope} />)}</tbody>
                </table>
              </div>
            )}
    </Section>
  )
}

function Line({ scope }: { scope: Scope }) {
  return (
    <tr className="border-t border-line align-top [&>*]:py-1.5 [&>*]:pr-3">
      <th scope="row" className="max-w-56 truncate text-left max-md:max-w-24 font-normal"><Text>{scope.account}</Text></th>
      <td className="max-w-40 truncate max-md:max-w-20"><Text>{scope.region}</Text></td>
      <td className="whitespace-nowrap max-md:hidden">{scope.kind.replaceAll('_', ' ')}</td>
      <td className="text-right"><Link to={path.fleet({ q: term('scope', String(scope.id)) })} className="hover:underline">{count(scope.assets_now)}</Link></td>
      <td className="whitespace-nowrap text-meta max-md:hidden"><Age freshness={scope.freshness} at={scope.completed_at} /></td>
      <td>
        <Listing scope={scope} />
        {scope.code && <p className="text-xs text-dim"><Text wrap>{scope.detail ?? scope.code}</Text> <CodeLink code={scope.code} help={scope.help} /></p>}
      </td>
    </tr>
  )
}
