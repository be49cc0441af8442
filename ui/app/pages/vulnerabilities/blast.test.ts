import { expect, test } from 'vitest'
import { complete, filterOf, fold } from './blast'

const basis = { assets: 9, judged: 9, not_covered: 0, aged_out: 0, software_unknown: 0 }
const answer = (packages: number) => ({
  id: 'CVE-1', as_of: '2026-01-01T00:00:00Z', assets: 9, basis,
  nodes: [
    { id: 'advisory:CVE-1', kind: 'advisory', label: 'CVE-1', assets: 9 },
    ...Array.from({ length: packages }, (_, i) => ({ id: `package:${i}`, kind: 'package', label: `p${i} 1.0 (amd64)`, assets: i + 1 })),
    { id: 'image:', kind: 'image', label: null, assets: 9 }, { id: 'site:a', kind: 'site', label: 'a', assets: 9 },
  ],
  edges: [
    ...Array.from({ length: packages }, (_, i) => ({ from: 'advisory:CVE-1', to: `package:${i}`, assets: i + 1 })),
    ...Array.from({ length: packages }, (_, i) => ({ from: `package:${i}`, to: 'image:', assets: i + 1 })),
    { from: 'image:', to: 'site:a', assets: 9 },
  ],
})

test('the sites lead to the assets', () => {
  const { nodes, edges } = complete(answer(2))
  expect(nodes.at(-1)).toMatchObject({ kind: 'assets', assets: 9 })
  expect(edges.at(-1)).toEqual({ from: 'site:a', to: 'assets:', assets: 9 })
})

test('the largest stay, and no sum is made up for the rest', () => {
  const { nodes, edges } = fold(complete(answer(10)), 3)
  expect(nodes.filter((node) => node.kind === 'package').map((node) => node.label ?? node.folded)).toEqual(['p9 1.0 (amd64)', 'p8 1.0 (amd64)', 'p7 1.0 (amd64)', 7])
  expect(edges.filter((edge) => edge.to === 'more:package')).toEqual([{ from: 'advisory:CVE-1', to: 'more:package', assets: undefined }])
  expect(edges.find((edge) => edge.to === 'package:9')?.assets).toBe(10)
})

test('a list that is one too long is not folded into one', () => {
  expect(fold(complete(answer(4)), 3).nodes.some((node) => node.folded)).toBe(false)
})

test('a node narrows by its own name', () => {
  expect(filterOf({ id: 'p', kind: 'package', label: 'nginx 1.22 (amd64)' })).toEqual({ key: 'package', value: 'nginx' })
  expect(filterOf({ id: 'i', kind: 'image', label: null })).toEqual({ key: 'image', value: null })
  expect(filterOf({ id: 'm', kind: 'site', folded: 3 })).toBeUndefined()
})
