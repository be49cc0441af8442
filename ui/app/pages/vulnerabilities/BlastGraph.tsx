import { graphlib, layout } from '@dagrejs/dagre'
import { Background, Controls, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useMemo, useState } from 'react'
import { StateGlyph, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { cx } from '~/util/class'
import { count, plural } from '~/util/units'
import { type Blast, filterOf, type FoldedNode, KIND_WORDS, KINDS } from './blast'

const [WIDTH, HEIGHT] = [176, 44]
const [COLUMN_GAP, ROW_GAP] = [88, 10]
const LABELLED_MAX = 14
const THICKEST = 10

interface Data extends Record<string, unknown> { node: FoldedNode; onPick: (node: FoldedNode) => void }
type Box = Node<Data, 'box'>
interface Props { graph: Blast; onPick: (node: FoldedNode) => void; className: string }

/** Loaded when it is looked at: the layout and the canvas are not part of what every page needs. */
export default function BlastGraph({ graph, onPick, className }: Props) {
  const [over, setOver] = useState<string>()
  const nodes = useMemo(() => place(graph, onPick), [graph, onPick])
  const edges = useMemo(() => lines(graph, over), [graph, over])
  return (
    <div className={cx('rounded-md border border-line bg-surface', className)} role="group" aria-label="Blast radius as a graph; the same as a table is one button away">
      <ReactFlow nodes={nodes} edges={edges} nodeTypes={TYPES} fitView fitViewOptions={{ padding: 0.06, maxZoom: 1 }} minZoom={0.15} maxZoom={1.5} key={graph.nodes.map((node) => node.id).join()}
        nodesDraggable={false} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} elementsSelectable={false} zoomOnScroll={false} preventScrolling={false}
        proOptions={{ hideAttribution: true }} onNodeMouseEnter={(_, node) => setOver(node.id)} onNodeMouseLeave={() => setOver(undefined)}>
        <Background gap={24} color="var(--line)" />
        <Controls showInteractive={false} className="[&_button]:grid [&_button]:size-7 [&_button]:place-items-center [&_button]:border [&_button]:border-line [&_button]:bg-surface [&_button:hover]:bg-hover [&_svg]:size-3 [&_svg]:fill-current" />
      </ReactFlow>
    </div>
  )
}

const TYPES = { box: BoxNode }
const ROW = 'flex size-full min-w-0 flex-col justify-center rounded-md border border-line-strong bg-bg px-2 text-left leading-4'

function BoxNode({ data: { node, onPick } }: NodeProps<Box>) {
  const words = (
    <>
      <span className="min-w-0 truncate text-sm">{node.folded ? `and ${count(node.folded)} more` : node.label ? <Text>{node.label}</Text> : <Unknown why={`${KIND_WORDS[node.kind]} not known`} />}</span>
      <span className="num flex items-center gap-1 text-xs text-meta">{node.kind === 'advisory' && <StateGlyph state="critical" className="size-2.5" />}{KIND_WORDS[node.kind]}{node.assets !== undefined && ` · ${plural(node.assets, 'asset')}`}</span>
    </>
  )
  return (
    <div style={{ width: WIDTH, height: HEIGHT }}>
      {node.kind !== 'advisory' && <Handle type="target" position={Position.Left} className="opacity-0" />}
      {filterOf(node) ? <button type="button" onClick={() => onPick(node)} title="Narrow the page to these assets" className={cx(ROW, 'nopan hover:border-accent hover:bg-hover')}>{words}</button> : <div className={cx(ROW, !!node.folded && 'border-dashed')}>{words}</div>}
      {node.kind !== 'assets' && <Handle type="source" position={Position.Right} className="opacity-0" />}
    </div>
  )
}

/** A column for each kind. The layout decides who stands beside whom, so that few lines cross; the rows are as close as boxes allow. */
function place(graph: Blast, onPick: Props['onPick']): Box[] {
  const plan = new graphlib.Graph().setGraph({ rankdir: 'LR' }).setDefaultEdgeLabel(() => ({}))
  for (const node of graph.nodes) plan.setNode(node.id, { width: WIDTH, height: HEIGHT })
  for (const edge of graph.edges) plan.setEdge(edge.from, edge.to, { weight: edge.assets ?? 1 })
  layout(plan)
  const height = (id: string) => (plan.node(id) as { y: number }).y
  return KINDS.flatMap((kind, column) => {
    const own = graph.nodes.filter((node) => node.kind === kind).sort((a, b) => height(a.id) - height(b.id))
    return own.map((node, row): Box => ({
      id: node.id, type: 'box', width: WIDTH, height: HEIGHT, data: { node, onPick },
      position: { x: column * (WIDTH + COLUMN_GAP), y: (row - own.length / 2) * (HEIGHT + ROW_GAP) },
    }))
  })
}

/** As thick as many assets go along; the largest say how many, and those of the node under the pointer. */
function lines(graph: Blast, over: string | undefined): Edge[] {
  const most = Math.max(1, ...graph.edges.map((edge) => edge.assets ?? 0))
  const named = new Set([...graph.edges].sort((a, b) => (b.assets ?? 0) - (a.assets ?? 0)).slice(0, LABELLED_MAX))
  const names = new Map(graph.nodes.map((node) => [node.id, node.folded ? `${node.folded} more` : (node.label ?? `${KIND_WORDS[node.kind]} not known`)]))
  const name = (id: string) => names.get(id) ?? id
  return graph.edges.map((edge): Edge => {
    const near = over === edge.from || over === edge.to
    return {
      id: `${edge.from} ${edge.to}`, source: edge.from, target: edge.to, zIndex: near ? 1 : 0, ariaRole: 'img',
      ariaLabel: `${name(edge.from)} to ${name(edge.to)}: ${edge.assets === undefined ? 'assets not added up' : plural(edge.assets, 'asset')}`,
      label: edge.assets !== undefined && (over ? near : named.has(edge)) ? count(edge.assets) : undefined,
      labelStyle: { fill: 'var(--dim)', fontSize: 12 }, labelBgStyle: { fill: 'var(--surface)' }, labelBgPadding: [3, 1],
      style: {
        stroke: near ? 'var(--accent)' : 'var(--line-strong)', strokeWidth: 1 + ((edge.assets ?? 0) / most) * THICKEST, opacity: over && !near ? 0.25 : near ? 0.8 : 0.6,
        strokeDasharray: edge.assets === undefined ? '4 3' : undefined,
      },
    }
  })
}
