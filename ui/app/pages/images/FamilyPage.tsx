import { useParams } from '@tanstack/react-router'
import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Figure } from '~/components/Figure'
import { PageHeader } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { useTitle } from '~/frame/Announcer'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Link, LINK } from '~/ui/Link'
import { Skeleton, SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge } from '~/ui/State'
import { Tabs } from '~/ui/Tabs'
import { path, term } from '~/util/path-builder'
import { count, of, percent, plural, share } from '~/util/units'
import { Lineage } from './Lineage'
import { Matrix } from './Matrix'

type Version = components['schemas']['LineageVersion']

const TABS = ['lineage', 'matrix'] as const
const read = (raw: RawSearch) => ({ tab: oneOf(raw.tab, TABS) ?? 'lineage' })

export default function FamilyPage() {
  const { family = '' } = useParams({ strict: false }) as { family?: string }
  const [{ tab }, set] = useUrl(read)
  const lineage = useApi('/api/v1/images/{image}/lineage', { path: { image: family } })
  useTitle(family)
  const versions = lineage.data?.versions
  if (lineage.error && !versions) return <><PageHeader title={family} /><ErrorState error={lineage.error} retry={() => void lineage.refetch()} /></>
  return (
    <>
      <PageHeader title={family} count={versions && plural(versions.length, 'version')} badge={versions?.every((each) => each.simulated) && <SimulatedBadge />}
        filters={<Link className={LINK} to={path.images()}>All families</Link>} />
      <Figures family={family} versions={versions} />
      <Tabs fill label="Family" value={tab} onChange={(next) => set({ tab: next === 'lineage' ? undefined : next, q: undefined })} tabs={[
        { id: 'lineage', label: 'Versions and lineage', content: versions ? <Lineage versions={versions} family={family} /> : <SkeletonRows rows={10} /> },
        { id: 'matrix', label: 'Image × patch', content: <Matrix family={family} /> },
      ]} />
    </>
  )
}

function Figures({ family, versions }: { family: string; versions: Version[] | undefined }) {
  const linked = useApi('/api/v1/assets', { query: { q: term('family', family), limit: 1 } })
  const assets = linked.data?.total ?? undefined
  const loading = !versions || linked.isPending
  const newest = versions?.find((each) => each.newest)
  const running = versions?.reduce((sum, each) => sum + each.running, 0) ?? 0
  const revoked = versions?.filter((each) => each.revoked) ?? []
  const onRevoked = revoked.reduce((sum, each) => sum + each.running, 0)
  const part = newest && assets !== undefined ? share(newest.running, running) : undefined
  const unclear = (assets ?? running) - running
  const run = (chosen: Version[]) => path.fleet({ q: `image:${chosen.map((each) => `${family}:${each.version}`).join(',')}` })
  return (
    <div className="mb-4 grid shrink-0 grid-cols-4 gap-6 border-t border-line pt-3 max-lg:grid-cols-2 max-sm:gap-4">
      <h2 className="sr-only">At a glance</h2>
      <div className="flex min-w-0 flex-col gap-1">
        <h3 className="text-xs text-meta">Should run</h3>
        {loading ? <Skeleton className="h-9 w-28" /> : newest ? <Link to={path.image(family, newest.version)} className="w-fit max-w-full truncate text-xl font-semibold hover:underline"><bdi>{newest.version}</bdi></Link> : <span className="text-xl font-semibold text-unknown">nothing yet</span>}
        <p className="text-xs text-dim">{newest ? 'the newest version in production' : 'no version is in production'}</p>
      </div>
      <Figure loading={loading} label="Assets" value={assets === undefined ? undefined : count(assets)} of={`of the family; ${count(running)} run a registered version`} unknown={unclear > 0 && `${count(unclear)} of an unknown version`} to={path.fleet({ q: term('family', family) })} />
      <Figure loading={loading} label="Run the newest" value={part === undefined ? undefined : percent(part, 0)} of={running ? `${of(newest?.running ?? 0, running)} assets whose version is known` : assets ? 'no version of its assets is known' : 'no asset is of this family'} to={newest && run([newest])} />
      <Figure loading={loading} label="Run a revoked version" value={count(onRevoked)} of={`of ${plural(assets ?? running, 'asset')}; ${plural(revoked.length, 'version')} revoked`} state={onRevoked > 0 ? 'critical' : 'ok'}
        to={revoked.length > 0 ? run(revoked) : undefined} />
    </div>
  )
}
