import type { components } from '~/api/generated/schema'

type Answer = components['schemas']['BlastRadius']
export const KINDS = ['advisory', 'package', 'image', 'site', 'assets'] as const
export type Kind = (typeof KINDS)[number]
export const KIND_WORDS: Record<Kind, string> = { advisory: 'advisory', package: 'package', image: 'image', site: 'site', assets: 'assets' }

export interface FoldedNode {
  id: string
  kind: Kind
  /** Absent is not known. */
  label?: string | null
  /** Absent where adding up would count an asset twice. */
  assets?: number
  /** Stands for this many. */
  folded?: number
}
export interface FoldedEdge { from: string; to: string; assets?: number }
export interface Blast { nodes: FoldedNode[]; edges: FoldedEdge[] }

const SHOWN_MAX = 6
const kindOf = (kind: string): Kind => KINDS.find((each) => each === kind) ?? 'assets'

/** The graph with its last column: an asset is at one site, so the sites lead to all of them. */
export function complete({ nodes, edges, assets }: Answer): Blast {
  const all: FoldedNode = { id: 'assets:', kind: 'assets', label: 'affected assets', assets }
  const known = nodes.map((node): FoldedNode => ({ id: node.id, kind: kindOf(node.kind), label: node.label, assets: node.assets }))
  const sites = known.filter((node) => node.kind === 'site')
  return { nodes: [...known, all], edges: [...edges, ...sites.map((site) => ({ from: site.id, to: all.id, assets: site.assets }))] }
}

/** Of each kind the largest; the rest becomes one node whose assets are not added up, because one asset may be behind several. */
export function fold({ nodes, edges }: Blast, max = SHOWN_MAX): Blast {
  const shown: FoldedNode[] = []
  const into = new Map<string, string>()
  for (const kind of KINDS) {
    const own = nodes.filter((node) => node.kind === kind).sort((a, b) => (b.assets ?? 0) - (a.assets ?? 0))
    const few = own.length <= max + 1 ? own : own.slice(0, max)
    const rest = own.slice(few.length)
    shown.push(...few)
    if (rest.length === 0) continue
    const more: FoldedNode = { id: `more:${kind}`, kind, folded: rest.length }
    shown.push(more)
    for (const node of rest) into.set(node.id, more.id)
  }
  const merged = new Map<string, FoldedEdge>()
  for (const edge of edges) {
    const [from, to] = [into.get(edge.from) ?? edge.from, into.get(edge.to) ?? edge.to]
    const counted = from === edge.from && to === edge.to
    merged.set(`${from} ${to}`, { from, to, assets: counted ? edge.assets : undefined })
  }
  return { nodes: shown, edges: [...merged.values()] }
}

/** What narrows a page to the assets behind a node. */
export function filterOf({ kind, label, folded }: FoldedNode): { key: string; value: string | null | undefined } | undefined {
  if (folded || kind === 'advisory' || kind === 'assets') return undefined
  // A package node is `name version (arch)`; the filter knows packages by name.
  return { key: kind, value: kind === 'package' ? label?.split(' ')[0] : label }
}
