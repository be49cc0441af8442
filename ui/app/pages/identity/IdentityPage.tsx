import { useApi } from '~/api/query'
import { becauseOf, Contradiction, type Conflict } from '~/components/Identity'
import { PageHeader } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { count, plural } from '~/util/units'

/** The server's own bound: the newest of them. */
const LISTED_MAX = 200

/** Machines that may be counted twice: what they say of themselves contradicts itself. */
export default function IdentityPage() {
  const conflicts = useApi('/api/v1/identity-conflicts')
  const { data } = conflicts
  return (
    <div className="pb-8">
      <PageHeader title="Conflicts of identity" count={data && (data.length < LISTED_MAX ? plural(data.length, 'conflict') : `the newest ${count(LISTED_MAX)}`)} />
      <p className="max-w-[80ch] pb-3 text-dim">Identities that several assets claim and that make none of them the same machine, because what they say contradicts itself. Until then each asset counts by itself. A conflict goes away with the collection that resolves it.</p>
      {conflicts.error ? <ErrorState error={conflicts.error} retry={() => void conflicts.refetch()} />
        : !data ? <SkeletonRows rows={4} className="h-20" />
          : data.length === 0 ? <EmptyState title="No identity contradicts itself" command="qlrf asset conflicts">Every machine that several sources see is one asset.</EmptyState>
            : <ul aria-label="Conflicts of identity">{data.map((each) => <Line key={`${each.identity.kind} ${each.identity.value}`} conflict={each} />)}</ul>}
    </div>
  )
}

function Line({ conflict }: { conflict: Conflict }) {
  const { then } = becauseOf(conflict.reason)
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-b border-line py-2 last:border-0 max-md:grid-cols-[minmax(0,1fr)]">
      <div className="grid min-w-0 justify-items-start gap-1">
        <Contradiction conflict={conflict} />
        {then && <p className="text-dim">{then}</p>}
      </div>
      <p className="num text-xs text-meta">since <RelativeTime at={conflict.since} /></p>
    </li>
  )
}
