import { lazy, Suspense } from 'react'
import { useApi } from '~/api/query'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Skeleton } from '~/ui/Skeleton'
import { Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { usePhone } from '~/util/media'
import { count, plural } from '~/util/units'
import { type Blast, complete, filterOf, fold, type FoldedNode, KIND_WORDS } from './blast'

const BlastGraph = lazy(() => import('./BlastGraph'))
const HEIGHT = 'h-[26rem]'
const read = (raw: RawSearch) => ({ blast: oneOf(raw.blast, ['graph', 'table']), all: raw.every === 'true' })

interface Props { id: string; q?: string; onNarrow: (key: string, value: string | null | undefined) => void }

/** From the advisory over packages and images to the sites and assets. The table holds the same edges as the graph. */
export function BlastRadius({ id, q, onNarrow }: Props) {
  const [url, set] = useUrl(read)
  const phone = usePhone()
  const blast = useApi('/api/v1/vulnerabilities/{id}/blast-radius', { path: { id }, query: { q } }, { keep: true })
  const view = url.blast ?? (phone ? 'table' : 'graph')
  const graph = blast.data && complete(blast.data)
  const folded = graph && (url.all ? graph : fold(graph))
  const pick = (node: FoldedNode) => {
    const filter = filterOf(node)
    if (filter) onNarrow(filter.key, filter.value)
  }
  const foldable = graph && fold(graph).nodes.length < graph.nodes.length
  const actions = graph && (
    <>
      {view === 'graph' && foldable && <Button kind="quiet" onClick={() => set({ every: url.all ? undefined : 'true' }, { replace: true })}>{url.all ? 'Show the largest' : `Show all ${count(graph.nodes.length)}`}</Button>}
      <Button kind="quiet" onClick={() => set({ blast: view === 'graph' ? 'table' : 'graph' }, { replace: true })}>{view === 'graph' ? 'Show as table' : 'Show as graph'}</Button>
    </>
  )
  return (
    <Section title="Blast radius" note={blast.data && `${plural(blast.data.assets, 'asset')} · a click narrows the page`} actions={actions}>
      {blast.error && !graph ? <ErrorState error={blast.error} retry={() => void blast.refetch()} />
        : !graph || !folded ? <Skeleton className={`${HEIGHT} w-full`} />
          : blast.data?.assets === 0 ? <EmptyState compact title="No asset that was judged has it" />
            : view === 'graph' ? <Suspense fallback={<Skeleton className={`${HEIGHT} w-full`} />}><BlastGraph graph={folded} onPick={pick} className={HEIGHT} /></Suspense>
              : <BlastTable graph={graph} onPick={pick} />}
    </Section>
  )
}

function BlastTable({ graph, onPick }: { graph: Blast; onPick: (node: FoldedNode) => void }) {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  return (
    <div className={`${HEIGHT} overflow-auto border-t border-line`} tabIndex={0} role="region" aria-label="Blast radius as a table">
      <table className="num w-full">
        <thead className="sticky top-0 bg-bg text-left text-xs text-meta"><tr className="[&>th]:px-2 [&>th]:py-1 [&>th]:font-normal"><th scope="col">From</th><th scope="col">To</th><th scope="col" className="text-right">Assets</th></tr></thead>
        <tbody>
          {graph.edges.map((edge) => (
            <tr key={`${edge.from} ${edge.to}`} className="border-t border-line [&>*]:px-2 [&>*]:py-1.5">
              <td className="break-words"><Name node={nodes.get(edge.from)} onPick={onPick} /></td>
              <td className="break-words"><Name node={nodes.get(edge.to)} onPick={onPick} /></td>
              <td className="text-right">{edge.assets === undefined ? <Unknown /> : count(edge.assets)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Name({ node, onPick }: { node: FoldedNode | undefined; onPick: (node: FoldedNode) => void }) {
  if (!node) return <Unknown />
  const name = node.label ? <Text wrap>{node.label}</Text> : <Unknown />
  return (
    <><span className="mr-1.5 text-xs text-meta">{KIND_WORDS[node.kind]}</span>
      {filterOf(node) ? <button type="button" onClick={() => onPick(node)} className="text-left underline decoration-line-strong underline-offset-[3px] hover:text-accent">{name}</button> : name}
    </>
  )
}
