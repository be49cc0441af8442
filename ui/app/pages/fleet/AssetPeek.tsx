import { useApi } from '~/api/query'
import { DriftBadge } from '~/components/DriftWords'
import { KeyValue, Section, Sentence } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { SimulatedBadge, Unknown } from '~/ui/State'
import { CopyButton, Text } from '~/ui/Text'
import { count } from '~/util/units'
import type { Asset } from './columns'

/** What one needs to know of an asset without leaving the list. */
export function AssetPeek({ asset }: { asset: Asset }) {
  const known = (value: string | null | undefined) => (value ? <Text wrap>{value}</Text> : <Unknown />)
  return (
    <div className="grid gap-4">
      <KeyValue rows={[
        ['Drift', <span key="d" className="flex flex-wrap gap-x-3"><DriftBadge drift={asset.drift} />{asset.drift_since && <span className="text-meta">since <RelativeTime at={asset.drift_since} /></span>}</span>],
        ['Image', known(asset.image)],
        ['Platform', known([asset.platform, asset.kind].filter(Boolean).join(' · '))],
        ['Place', known([asset.site, asset.region, asset.env].filter(Boolean).join(' · '))],
        ['Workload', known([asset.workload, asset.owner].filter(Boolean).join(' · '))],
        ['System', known([asset.os, asset.os_version].filter(Boolean).join(' '))],
        ['Packages', asset.packages == null ? <Unknown key="p" /> : count(asset.packages)],
        ['Native id', <span key="n" className="flex items-center gap-1"><Text mono wrap>{asset.native_id}</Text><CopyButton text={asset.native_id} label="Copy native id" /></span>],
        ['Connector', <span key="c" className="flex items-center gap-2">{known(asset.connector)}{asset.simulated && <SimulatedBadge />}</span>],
        ['Facts since', <RelativeTime key="f" at={asset.fact_from} />],
      ]} />
      <Section title="Why"><Why id={asset.id} /></Section>
    </div>
  )
}

function Why({ id }: { id: string }) {
  const drift = useApi('/api/v1/assets/{id}/drift', { path: { id } })
  if (drift.error) return <ErrorState compact error={drift.error} retry={() => void drift.refetch()} />
  if (!drift.data) return <SkeletonRows rows={3} />
  const { sentences } = drift.data
  if (sentences.length === 0) return <Sentence>Nothing differs from what was compared.</Sentence>
  return <div className="grid gap-1.5">{sentences.slice(0, 12).map((text) => <Sentence key={text}><Text wrap>{text}</Text></Sentence>)}{sentences.length > 12 && <p className="text-xs text-meta">and {count(sentences.length - 12)} more</p>}</div>
}
