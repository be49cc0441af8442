import { useParams } from '@tanstack/react-router'
import { useApi } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { useTitle } from '~/frame/Announcer'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateBadge } from '~/ui/State'
import { Tabs } from '~/ui/Tabs'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import { Actions } from './Actions'
import { Contract } from './Contract'
import { Deployments } from './Deployments'
import { Facts } from './Facts'
import { Lineage } from './Lineage'
import { ImageBadge } from './status'
import { Vulnerabilities } from './Vulnerabilities'

const TABS = ['facts', 'deployments', 'contract', 'vulnerabilities', 'lineage'] as const
const read = (raw: RawSearch) => ({ tab: oneOf(raw.tab, TABS) ?? 'facts' })

export default function VersionPage() {
  const { family = '', version = '' } = useParams({ strict: false }) as { family?: string; version?: string }
  const reference = `${family}:${version}`
  const [{ tab }, set] = useUrl(read)
  const image = useApi('/api/v1/images/{image}', { path: { image: reference } })
  const lineage = useApi('/api/v1/images/{image}/lineage', { path: { image: family } })
  useTitle(reference)
  if (image.error && !image.data) return <><PageHeader title={reference} /><ErrorState error={image.error} retry={() => void image.refetch()} /></>
  const versions = lineage.data?.versions
  const row = versions?.find((each) => each.version === version)
  const data = image.data
  return (
    <>
      <PageHeader title={reference} count={row && `runs on ${plural(row.running, 'asset')}`}
        badge={data && <span className="flex flex-wrap items-center gap-3"><ImageBadge status={data.status} newest={row?.newest} revoked={data.revoked_at != null} />{data.simulated && <SimulatedBadge />}</span>}
        filters={<Link className={`${LINK} max-w-full truncate`} to={path.family(family)}><Text>{`All of ${family}`}</Text></Link>}
        actions={data && <Actions image={data} running={row?.running} />} />
      {data?.revoked_at && <p role="note" className="mb-3 shrink-0 border-l-2 border-critical pl-3"><StateBadge state="critical">Revoked</StateBadge> <Text wrap>{data.revoked_reason ?? 'without a reason'}</Text></p>}
      <Tabs fill label="Version" value={tab} onChange={(next) => set({ tab: next === 'facts' ? undefined : next, sort: undefined })} tabs={[
        { id: 'facts', label: 'Facts', content: data ? <Facts image={data} row={row} /> : <SkeletonRows rows={10} /> },
        { id: 'deployments', label: <>Assets{row && <span className="num text-xs text-meta"> {count(row.running)}</span>}</>, content: <Deployments reference={reference} /> },
        { id: 'contract', label: 'Contract', content: <Contract reference={reference} /> },
        { id: 'vulnerabilities', label: 'Vulnerabilities', content: <Vulnerabilities reference={reference} hasSbom={data?.has_sbom} /> },
        { id: 'lineage', label: 'Lineage', content: lineage.error ? <ErrorState error={lineage.error} retry={() => void lineage.refetch()} /> : versions ? <Lineage family={family} versions={versions} current={version} /> : <SkeletonRows rows={8} /> },
      ]} />
    </>
  )
}
