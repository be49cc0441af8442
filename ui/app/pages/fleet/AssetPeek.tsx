import { useApi } from '~/api/query'
import { Section, Sentence } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { count } from '~/util/units'
import { AssetSummary } from '../asset/AssetSummary'
import type { Asset } from './columns'

const SHOWN = 12

/** What one needs to know of an asset without leaving the list. */
export function AssetPeek({ asset }: { asset: Asset }) {
  return (
    <div className="grid gap-4">
      <p><Link to={path.asset(asset.id)} className={LINK}>Open the asset</Link> <span className="text-meta">Enter</span></p>
      <Section title="Why"><Why id={asset.id} /></Section>
      <AssetSummary id={asset.id} />
    </div>
  )
}

function Why({ id }: { id: string }) {
  const drift = useApi('/api/v1/assets/{id}/drift', { path: { id } })
  if (drift.error) return <ErrorState compact error={drift.error} retry={() => void drift.refetch()} />
  if (!drift.data) return <SkeletonRows rows={3} />
  const { sentences } = drift.data
  if (sentences.length === 0) return <Sentence>{drift.data.state === 'current' ? 'Nothing differs from what was compared.' : <Text wrap>{drift.data.proof ?? 'No difference was found in what could be compared.'}</Text>}</Sentence>
  return (
    <div className="grid gap-1.5">
      {sentences.slice(0, SHOWN).map((text) => <Sentence key={text}><Text wrap>{text}</Text></Sentence>)}
      {sentences.length > SHOWN && <Link to={path.asset(id)} className={LINK}>and {count(sentences.length - SHOWN)} more</Link>}
    </div>
  )
}
