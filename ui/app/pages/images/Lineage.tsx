import { lazy, Suspense } from 'react'
import type { components } from '~/api/generated/schema'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Link, LINK } from '~/ui/Link'
import { Skeleton } from '~/ui/Skeleton'
import { Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { cx } from '~/util/class'
import { usePhone } from '~/util/media'
import { imagePath, path, term } from '~/util/path-builder'
import { count } from '~/util/units'
import { ImageBadge } from './status'

type Version = components['schemas']['LineageVersion']
interface Props { family: string; versions: Version[]; current?: string }

const Graph = lazy(() => import('./LineageGraph'))
const read = (raw: RawSearch) => ({ graph: oneOf(raw.graph, ['off'] as const) })

/** How versions follow each other and what they were built from: as a graph, and the same as a table. */
export function Lineage({ family, versions, current }: Props) {
  const [{ graph }, set] = useUrl(read)
  // On a phone a graph could not be read: there the table says the same.
  const phone = usePhone()
  if (versions.length === 0) return <EmptyState title="No version of this family" command="qlrf image register image.yaml">Register a contract of it.</EmptyState>
  return (
    <div className="grid content-start gap-3 pb-8">
      {graph !== 'off' && !phone && <Suspense fallback={<Skeleton className="h-72" />}><Graph family={family} versions={versions} current={current} /></Suspense>}
      <Table family={family} versions={versions} current={current} />
      <div data-chrome className="max-md:hidden"><Button kind="quiet" onClick={() => set({ graph: graph === 'off' ? undefined : 'off' }, { replace: true })}>{graph === 'off' ? 'Show the graph' : 'Hide the graph'}</Button></div>
    </div>
  )
}

const running = (family: string, version: string) => path.fleet({ q: term('image', `${family}:${version}`) })
const CELL = '[&>td]:px-2 [&>td:first-child]:pl-0 [&>th]:px-2 [&>th:first-child]:pl-0'

function Table({ family, versions, current }: Props) {
  return (
    <div role="region" aria-label={`Versions of ${family}`} tabIndex={0} className="overflow-x-auto">
      <table className="num w-full">
        <caption className="sr-only">Versions of {family}, the newest first: status, assets, what they follow and what they were built from</caption>
        <thead className="text-left text-xs text-meta">
          <tr className={cx(CELL, '[&>th]:pb-1 [&>th]:font-normal [&>th]:whitespace-nowrap')}>
            <th scope="col">Version</th><th scope="col">Status</th><th scope="col" className="text-right">Assets</th><th scope="col">Published</th><th scope="col">Superseded</th>
            <th scope="col">Follows</th><th scope="col">Built from</th><th scope="col">Commit</th>
          </tr>
        </thead>
        <tbody>
          {[...versions].reverse().map((row) => (
            <tr key={row.id} className={cx('h-9 border-t border-line whitespace-nowrap', CELL, row.version === current && 'bg-accent-weak')}>
              <th scope="row" className="text-left font-normal"><Link className={cx(LINK, row.revoked && 'line-through')} to={path.image(family, row.version)} aria-current={row.version === current ? 'true' : undefined}><Text>{row.version}</Text></Link></th>
              <td><ImageBadge {...row} /></td>
              <td className="text-right"><Link className="hover:underline" to={running(family, row.version)}>{count(row.running)}<span className="sr-only"> assets: open the list</span></Link></td>
              <td>{row.published_at ? <RelativeTime at={row.published_at} /> : <span className="text-meta">never</span>}</td>
              <td>{row.superseded_at ? <RelativeTime at={row.superseded_at} /> : <span className="text-meta">no</span>}</td>
              <td>{row.predecessor ? <Text>{row.predecessor}</Text> : <span className="text-meta">the first</span>}</td>
              <td className="max-w-60 truncate"><Source row={row} /></td>
              <td>{row.git_commit ? <Text mono>{row.git_commit.slice(0, 12)}</Text> : <Unknown why="The contract does not say" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Source({ row }: { row: Version }) {
  if (row.source_version) return <Link className={LINK} to={imagePath(row.source_version)}><Text>{row.source_version}</Text></Link>
  return row.source_image ? <Text mono>{row.source_image}</Text> : <Unknown why="The contract does not say" />
}
