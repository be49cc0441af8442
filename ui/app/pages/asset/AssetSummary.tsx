import type { ReactNode } from 'react'
import { useApi } from '~/api/query'
import { Age } from '~/components/Age'
import { DriftBadge } from '~/components/DriftWords'
import { KeyValue, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, Unknown } from '~/ui/State'
import { CopyButton, LongText, Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { count } from '~/util/units'
import { Listing } from '../coverage/words'
import { readFacts, type Asset, type Drift } from './facts'

export const known = (value: string | null | undefined) => (value ? <LongText wrap title="Fact">{value}</LongText> : <Unknown />)
const joined = (...values: (string | null | undefined)[]) => known(values.filter(Boolean).join(' · '))

/** What one needs to know of an asset: on its page, and beside the list. */
export function AssetSummary({ id }: { id: string }) {
  const asset = useApi('/api/v1/assets/{id}', { path: { id } })
  const drift = useApi('/api/v1/assets/{id}/drift', { path: { id } })
  if (asset.error) return <ErrorState compact error={asset.error} retry={() => void asset.refetch()} />
  if (!asset.data) return <SkeletonRows rows={16} className="h-8" />
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <Identity asset={asset.data} drift={drift.data} />
      <Provenance asset={asset.data} />
    </div>
  )
}

function Identity({ asset, drift }: { asset: Asset; drift: Drift | undefined }) {
  const facts = readFacts(asset.facts)
  const { words } = facts
  const rows: [string, ReactNode][] = [
    ['Drift', drift ? <span className="flex flex-wrap gap-x-2"><DriftBadge drift={drift.state} /><span className="text-meta">judged so since <RelativeTime at={drift.since} /></span></span> : <Unknown />],
    ['Image', drift?.family ? <Link to={drift.version ? path.image(drift.family, drift.version) : path.family(drift.family)} className={LINK}><Text>{`${drift.family}${drift.version ? `:${drift.version}` : ''}`}</Text></Link> : <Unknown why="Not linked to a golden image" />],
    ['Platform', joined(facts.platform, facts.kind.replaceAll('_', ' '))],
    ['Place', words.site ? <Link to={path.site(words.site)} className={LINK}><Text>{[words.site, words.region !== words.site && words.region].filter(Boolean).join(' · ')}</Text></Link> : joined(words.region)],
    ['Environment', known(words.env)],
    ['Workload', words.workload ? <Link to={path.fleet({ q: term('workload', words.workload) })} className={LINK}><Text>{words.workload}</Text></Link> : <Unknown />],
    ['Owner', joined(words.owner, words.project)],
    ['Criticality', known(words.criticality)],
    ['Exposure', known(words.exposure)],
    ['System', joined(facts.os.name, facts.os.architecture)],
    ['Packages', asset.package_set ? count(asset.package_set.packages) : <Unknown why="Its software is not known" />],
    ['Native id', <span key="n" className="flex min-w-0 items-start gap-1"><Text mono wrap className="min-w-0 break-all">{facts.native_id}</Text><CopyButton text={facts.native_id} label="Copy native id" /></span>],
  ]
  return <Section title="Summary"><KeyValue rows={rows} /></Section>
}

function Provenance({ asset }: { asset: Asset }) {
  const facts = readFacts(asset.facts)
  return (
    <Section title="Provenance">
      <KeyValue rows={[
        ['Connector', <span key="c" className="flex flex-wrap items-center gap-2">{asset.connector ? <Link to={path.connector(asset.connector_id)} className={LINK}><Text>{asset.connector}</Text></Link> : <span className="text-meta">deleted</span>}{facts.simulated && <SimulatedBadge />}</span>],
        ['Learned', known(facts.confidence)],
        ['Confirmed', <Confirmed key="f" asset={asset} />],
        ['Facts since', <RelativeTime key="s" at={asset.recorded_from} />],
        ['First seen', <RelativeTime key="e" at={asset.first_seen} />],
        ['Coverage', <Scope key="g" asset={asset} />],
      ]} />
    </Section>
  )
}

/** When it was last confirmed, and what its age makes of it or will. */
function Confirmed({ asset }: { asset: Asset }) {
  const next = asset.freshness === 'fresh' ? asset.stale_at : asset.freshness === 'stale' ? asset.unknown_at : undefined
  return (
    <span className="grid">
      <Age freshness={asset.freshness} at={asset.confirmed_at} />
      {next && <span className="text-xs text-meta">{asset.freshness === 'fresh' ? 'stale' : 'unknown'} <RelativeTime at={next} /></span>}
      {asset.freshness === 'unknown' && <span className="text-xs text-dim">So old that it does not count as current any more</span>}
    </span>
  )
}

/** The line of the coverage ledger that speaks of this asset, as it is now. */
function Scope({ asset }: { asset: Asset }) {
  const scope = useApi('/api/v1/coverage', { query: { connector: asset.connector_id, id: asset.scope_id } })
  const found = scope.data?.items[0]
  if (!scope.data) return scope.error ? <Unknown why={scope.error.message} /> : <span className="text-meta">…</span>
  if (!found) return <Unknown why="The coverage ledger has no line for it any more" />
  return (
    <span className="grid">
      <Link to={path.coverage({ connector: asset.connector_id, q: found.account })} className="w-fit hover:underline"><Listing scope={found} /></Link>
      <span className="text-xs text-meta"><Text wrap>{[found.account, found.region, found.kind.replaceAll('_', ' ')].filter((part) => part !== '-').join(' · ')}</Text></span>
      {found.detail && <span className="text-xs text-dim"><Text wrap>{found.detail}</Text></span>}
    </span>
  )
}
