import '@xyflow/react/dist/base.css'
import dagre from '@dagrejs/dagre'
import { Handle, Position, ReactFlow, type Edge, type Node, type NodeProps } from '@xyflow/react'
import { useMemo } from 'react'
import type { components } from '~/api/generated/schema'
import { Link } from '~/ui/Link'
import { StateGlyph } from '~/ui/State'
import { cx } from '~/util/class'
import { imagePath, path } from '~/util/path-builder'
import { imageState } from '~/util/states'
import { plural } from '~/util/units'
import { standing } from './status'

type Version = components['schemas']['LineageVersion']
interface Data extends Record<string, unknown> { name: string; detail: string; to?: string; version?: Version; current: boolean }

const WIDTH = 168
const HEIGHT = 52
const MARGIN = 16
/** More are in the table below; a graph of them would not be read. */
const SHOWN_MAX = 24

/** Left to right in the order of versions; dashed lines come from what an image was built from. */
export default function LineageGraph({ family, versions, current }: { family: string; versions: Version[]; current?: string }) {
  const shown = useMemo(() => versions.slice(-SHOWN_MAX), [versions])
  const { nodes, edges } = useMemo(() => layout(family, shown, current), [family, shown, current])
  const { width, height } = extent(nodes)
  return (
    <div role="group" aria-label={`Lineage of ${family}; the table below says the same`} tabIndex={0} ref={toNewest} className="overflow-x-auto border border-line bg-sunken">
      <div style={{ minWidth: width, height }}>
        <ReactFlow nodes={nodes} edges={edges} nodeTypes={TYPES} fitView fitViewOptions={{ minZoom: 1, maxZoom: 1 }} minZoom={1} maxZoom={1} panOnDrag={false} zoomOnPinch={false} zoomOnDoubleClick={false} proOptions={{ hideAttribution: true }}
          nodesDraggable={false} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} elementsSelectable={false} zoomOnScroll={false} preventScrolling={false} panOnScroll={false} />
      </div>
    </div>
  )
}

/** The newest versions are at the right end. */
const toNewest = (box: HTMLElement | null) => box?.scrollTo({ left: box.scrollWidth })

/** Drawn at its own size, so that its words are as large as all others: what is wider than the page scrolls. */
const extent = (nodes: Node<Data>[]) => ({
  width: Math.max(...nodes.map((node) => node.position.x)) + WIDTH + 2 * MARGIN,
  height: Math.max(...nodes.map((node) => node.position.y)) + HEIGHT + 2 * MARGIN,
})

function Box({ data }: NodeProps<Node<Data>>) {
  const { version } = data
  return (
    <div style={{ width: WIDTH, height: HEIGHT }} className={cx('nodrag nopan grid content-center rounded-md border bg-surface px-2.5', data.current ? 'border-accent' : 'border-line-strong', !version && 'border-dashed')}>
      <Handle type="target" position={Position.Left} isConnectable={false} className="invisible" />
      <span className="flex items-center gap-1.5">
        {version && <StateGlyph state={imageState(standing(version))} />}
        {data.to ? <Link to={data.to} className={cx('min-w-0 truncate hover:underline', version?.revoked && 'line-through')}><bdi>{data.name}</bdi></Link> : <bdi className="min-w-0 truncate" title={data.name}>{data.name}</bdi>}
      </span>
      <span className="num truncate text-xs text-meta">{data.detail}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} className="invisible" />
    </div>
  )
}
const TYPES = { box: Box }

function layout(family: string, versions: Version[], current?: string): { nodes: Node<Data>[]; edges: Edge[] } {
  const data = new Map<string, Data>()
  const edges: Edge[] = []
  const idOf = new Map(versions.map((each) => [each.version, each.id]))
  for (const version of versions) {
    data.set(version.id, { name: version.version, detail: `${standing(version)} · ${plural(version.running, 'asset')}`, to: path.image(family, version.version), version, current: version.version === current })
    const before = version.predecessor ? idOf.get(version.predecessor) : undefined
    if (before) edges.push({ id: `${before}-${version.id}`, source: before, target: version.id, style: { stroke: 'var(--dim)' } })
    const source = version.source_version ?? version.source_image
    if (!source) continue
    const id = version.source_version_id ?? `source:${source}`
    if (!data.has(id)) data.set(id, { name: source, detail: version.source_version ? 'built from' : 'built from; not registered', to: version.source_version ? imagePath(version.source_version) : undefined, current: false })
    edges.push({ id: `${id}-built-${version.id}`, source: id, target: version.id, style: { stroke: 'var(--meta)', strokeDasharray: '4 3' } })
  }
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 24 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of data.keys()) graph.setNode(id, { width: WIDTH, height: HEIGHT })
  for (const edge of edges) graph.setEdge(edge.source, edge.target)
  dagre.layout(graph)
  const nodes = [...data].map(([id, each]): Node<Data> => {
    const { x, y } = graph.node(id)
    return { id, type: 'box', data: each, position: { x: x - WIDTH / 2, y: y - HEIGHT / 2 } }
  })
  return { nodes, edges }
}
