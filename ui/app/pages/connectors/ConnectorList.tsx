import { useApi } from '~/api/query'
import { KeyValue } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { Link, LINK } from '~/ui/Link'
import { SimulatedBadge, StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { usePhone } from '~/util/media'
import { path, term } from '~/util/path-builder'
import { of, plural } from '~/util/units'
import { intervalWords, Standing, syncWords, type Connector } from './words'

/** What the rest of the product knows of a connector; `undefined` while it is not known. */
interface Known { scopes?: { complete_fresh: number; scopes: number; unknown: number }; assets?: number }

/** One line for each connector: how it stands, what it brought and how much of that can be relied on. */
export function ConnectorList({ connectors }: { connectors: Connector[] }) {
  const coverage = useApi('/api/v1/coverage/summary')
  const groups = useApi('/api/v1/assets/groups', { query: { by: 'connector' } })
  const rows = connectors.map((connector) => ({
    id: connector.id,
    cells: cellsOf(connector, {
      scopes: coverage.data?.connectors.find((each) => each.connector_id === connector.id),
      assets: groups.data && (groups.data.find((group) => group.value === connector.name)?.assets ?? 0),
    }),
  }))
  if (usePhone()) return <ul aria-label="Connectors" className="grid gap-4">{rows.map(({ id, cells }) => <Card key={id} cells={cells} />)}</ul>
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Connectors">
      <table className="num w-full min-w-160">
        <thead className="text-left text-xs text-meta"><tr className="[&>th]:pr-4 [&>th]:pb-1 [&>th]:font-normal"><th scope="col">Name</th><th scope="col">State</th><th scope="col">Last collection</th><th scope="col">Scopes complete and fresh</th><th scope="col">Schedule</th><th scope="col">Assets</th></tr></thead>
        <tbody>
          {rows.map(({ id, cells }) => (
            <tr key={id} className="border-t border-line align-top [&>*]:py-2 [&>*]:pr-4">
              <th scope="row" className="max-w-64 text-left font-normal">{cells.name}</th>
              <td>{cells.state}</td><td>{cells.sync}</td><td>{cells.scopes}</td><td>{cells.schedule}</td><td>{cells.assets}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The cells of a connector, the same in a row and on a card. */
function cellsOf(each: Connector, { scopes, assets }: Known) {
  return {
    name: <><Link to={path.connector(each.id)} className={LINK}><Text>{each.name}</Text></Link> {each.simulated && <SimulatedBadge />}<p className="text-xs text-meta">{each.kind}</p></>,
    state: <Standing connector={each} />,
    sync: each.last_sync ? <><RelativeTime at={each.last_sync.ended_at ?? each.last_sync.queued_at} /><p className="text-xs text-meta">{syncWords(each.last_sync)}</p></> : <span className="text-meta">never</span>,
    scopes: scopes ? <Link to={path.coverage({ connector: each.id, state: 'complete', freshness: 'fresh' })} className="hover:underline"><StateBadge state={scopes.complete_fresh === scopes.scopes ? 'ok' : scopes.unknown > 0 ? 'unknown' : 'warning'}>{of(scopes.complete_fresh, scopes.scopes)}</StateBadge></Link> : <span className="text-meta">none listed</span>,
    schedule: <>{intervalWords(each.interval_s)}{each.enabled && each.next_sync_at && <p className="text-xs text-meta">next <RelativeTime at={each.next_sync_at} /></p>}</>,
    assets: <Link to={path.fleet({ q: term('connector', each.name) })} className={LINK}>{assets === undefined ? 'open' : plural(assets, 'asset')}</Link>,
  }
}

function Card({ cells }: { cells: ReturnType<typeof cellsOf> }) {
  return (
    <li>
      {cells.name}
      <KeyValue rows={[['State', cells.state], ['Last collection', cells.sync], ['Complete and fresh', cells.scopes], ['Schedule', cells.schedule], ['Assets', cells.assets]]} />
    </li>
  )
}
