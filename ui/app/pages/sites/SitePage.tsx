import { useParams } from '@tanstack/react-router'
import type { components } from '~/api/generated/schema'
import { useApi } from '~/api/query'
import { StackedBar } from '~/charts/StackedBar'
import { DriftBadge, driftParts } from '~/components/DriftWords'
import { Figure } from '~/components/Figure'
import { lagParts, measured } from '~/components/lag'
import { urgencyParts } from '~/components/urgency-levels'
import { PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { useTitle } from '~/frame/Announcer'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term, terms } from '~/util/path-builder'
import { Declaration } from './Declaration'
import { useSites } from './cells'
import { ragState } from '~/util/states'
import { count, of, percent, plural } from '~/util/units'

type Summary = components['schemas']['DriftSummary']
type Group = components['schemas']['Group']
const WORST = 10

/** One place: how much of it is as it should be, what is wrong, and which assets first. */
export default function SitePage() {
  const { site = '' } = useParams({ strict: false }) as { site?: string }
  const q = term('site', site)
  const drift = useApi('/api/v1/drift/summary', { query: { q } })
  const sites = useSites()
  useTitle(site)
  const data = drift.data
  const error = drift.error ?? sites.error
  if (error) return <><PageHeader title={site} /><ErrorState error={error} retry={() => { void drift.refetch(); void sites.refetch() }} /></>
  const found = sites.data?.sites.find((each) => each.site === site)
  const declaration = found && <Declaration name={site} site={found} />
  if (data?.total.total === 0) return <><PageHeader title={site} asOf={data.as_of} />{declaration}<EmptyState title="No asset is at this site" command="qlrf site list"><Link to={path.sites()} className={LINK}>All sites</Link></EmptyState></>
  return (
    <div className="pb-8">
      <PageHeader title={site} count={data && plural(data.total.total, 'asset')} asOf={data?.as_of}
        badge={data && data.simulated.total > 0 && <span className="num flex items-center gap-1.5 text-xs text-meta"><SimulatedBadge />{count(data.simulated.total)} of them</span>}
        actions={<><Link to={path.fleet({ q })} className={LINK}>Open in Fleet</Link><Link to={path.sites()} className={LINK}>All sites</Link></>} />
      <Figures q={q} data={data} />
      {declaration}
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-x-10 gap-y-6 max-lg:grid-cols-1">
        <Split title="Environments" head="Environment" by="env" q={q} groups={data?.by_env} />
        <Split title="Platforms" head="Platform" by="platform" q={q} groups={data?.by_platform} />
        <Split title="Image families" head="Family" by="family" q={q} groups={data?.by_family} />
        <Worst q={q} />
      </div>
    </div>
  )
}

function Figures({ q, data }: { q: string; data: Summary | undefined }) {
  const found = useApi('/api/v1/vulnerabilities/summary', { query: { q } })
  const total = data?.total
  const ages = data?.ages
  const known = ages && measured(ages)
  const counts = found.data?.counts
  const basis = found.data?.basis
  return (
    <div className="mb-6 grid min-w-0 grid-cols-3 gap-x-8 gap-y-4 border-y border-line py-4 max-md:grid-cols-1">
      <Figure label="Coverage" loading={!data} value={total?.coverage_percent == null ? undefined : percent(total.coverage_percent)} state={ragState(total?.rag)} to={path.fleet({ q: terms(q, 'drift:current') })}
        of={total && `${of(total.current, total.total)} assets are current`} unknown={total && total.unknown + total.unmanaged > 0 && `${count(total.unknown)} unknown, ${count(total.unmanaged)} unmanaged`}>
        {total && <StackedBar label="Assets by drift" parts={driftParts(total).map((part) => ({ ...part, to: path.fleet({ q: terms(q, `drift:${part.label}`) }) }))} legend />}
      </Figure>
      <Figure label="Image behind for more than 30 d" loading={!data} value={known ? count(ages?.critical ?? 0) : undefined} state={ages?.critical ? 'critical' : ages?.warning ? 'warning' : 'ok'} to={known ? path.fleet({ q: terms(q, 'lag:critical'), sort: 'drift_since' }) : undefined}
        of={total && (known ? `of ${plural(known, 'asset')} whose place in their image family is known` : `none of ${plural(total.total, 'asset')} is linked to a version of an image`)}>
        {ages && <StackedBar label="Assets by how long a newer version is out" parts={lagParts(ages, (filter) => path.fleet({ q: terms(q, filter) }))} legend />}
      </Figure>
      {found.error ? <ErrorState compact error={found.error} retry={() => void found.refetch()} />
        : <Figure label="Open vulnerabilities" loading={!found.data} value={basis && basis.judged > 0 && counts ? count(counts.total) : undefined} state={counts?.breached || counts?.critical || counts?.kev ? 'critical' : counts?.total ? 'warning' : 'ok'} to={path.vulnerabilities({ q })}
            of={counts && basis && <>on <Link className="hover:underline" to={path.fleet({ q: terms(q, 'findings:open') })}>{of(counts.affected_assets, basis.judged)}</Link> judged assets; <Link className="hover:underline" to={path.vulnerabilities({ q, kev: 'true' })}>{count(counts.kev)} known exploited</Link>, <Link className="hover:underline" to={path.vulnerabilities({ q, sla: 'breached' })}>{count(counts.breached)} past their date</Link></>}
            unknown={basis && basis.assets > basis.judged && <Link className="hover:underline" to={path.fleet({ q: terms(q, 'findings:unknown') })}>{of(basis.assets - basis.judged, basis.assets)} not judged</Link>}>
            {counts && basis && basis.judged > 0 && <StackedBar label="Vulnerabilities by urgency" parts={urgencyParts(counts.urgency, q)} legend />}
          </Figure>}
    </div>
  )
}

function Split({ title, head, by, q, groups }: { title: string; head: string; by: string; q: string; groups: Group[] | undefined }) {
  return (
    <Section title={title}>
      {!groups ? <SkeletonRows rows={4} /> : (
        <table className="num w-full" aria-label={title}>
          <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col">{head}</th><th scope="col" className="text-right">Assets</th><th scope="col" className="pl-4">Coverage</th><th scope="col" className="w-2/5 pl-4">Drift</th></tr></thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.value ?? ''} className="h-9 border-t border-line">
                <th scope="row" className="max-w-40 truncate text-left font-normal max-md:max-w-24"><Link className="hover:underline" to={path.fleet({ q: terms(q, term(by, group.value)) })}>{group.value ? <Text>{group.value}</Text> : <Unknown />}</Link></th>
                <td className="text-right">{count(group.total)}</td>
                <td className="pl-4"><StateBadge state={ragState(group.rag)}>{group.coverage_percent == null ? 'unknown' : percent(group.coverage_percent, 0)}</StateBadge></td>
                <td className="pl-4"><StackedBar label={`Drift of ${group.value ?? 'unknown'}`} parts={driftParts(group)} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

function Worst({ q }: { q: string }) {
  const top = useApi('/api/v1/drift/top-offenders', { query: { by: 'asset', limit: WORST, q } })
  return (
    <Section title="Worst assets" note="by drift" actions={<Link to={path.fleet({ q: terms(q, 'drift:outdated'), sort: '-differences' })} className={LINK}>All that are behind</Link>}>
      {top.error ? <ErrorState compact error={top.error} retry={() => void top.refetch()} />
        : !top.data ? <SkeletonRows rows={WORST} />
          : top.data.assets.length === 0 ? <EmptyState compact title="Nothing is behind among what is known" />
            : (
              <ul>
                {top.data.assets.map((asset) => (
                  <li key={asset.asset_id} className="num grid h-9 grid-cols-[minmax(0,1fr)_auto_5rem] items-center gap-3 border-b border-line last:border-0">
                    <span className="flex min-w-0 items-center gap-2"><Link to={path.asset(asset.asset_id)} className="min-w-0 truncate hover:underline"><Text>{asset.name}</Text></Link>{asset.simulated && <SimulatedBadge compact />}</span>
                    <DriftBadge drift={asset.state} /><span className="text-right text-xs text-meta">{asset.since ? <RelativeTime at={asset.since} /> : <Unknown />}</span>
                  </li>
                ))}
              </ul>
            )}
    </Section>
  )
}
