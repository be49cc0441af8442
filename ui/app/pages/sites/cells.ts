import type { components } from '~/api/generated/schema'
import { useApi, useApis } from '~/api/query'
import type { Cell } from '~/charts/HeatMap'
import type { Tally } from '~/components/DriftWords'
import { measured } from '~/components/lag'
import { path, term, terms } from '~/util/path-builder'
import { ragState, type State } from '~/util/states'
import { count, of, percent, plural } from '~/util/units'

type Site = components['schemas']['Site']
type Ages = components['schemas']['Ages']
type Overview = components['schemas']['VulnerabilityOverview']

export const BY = ['env', 'platform'] as const
export const SHOW = ['coverage', 'age', 'findings'] as const
export type By = (typeof BY)[number]
export type Show = (typeof SHOW)[number]

type Value = string | null
export interface Row { site: Value; tally: Tally; parts: Map<Value, Tally> }
/** One square: its filter, and how many assets it speaks of. */
export interface Square { q: string; tally: Tally }

const WAITING: Cell = { state: 'progress', value: '…', detail: 'being counted' }

/** Sites with what each holds by environment or platform; `parts` is empty until it is known. */
export function useRows(sites: Site[] | undefined, by: By): { rows: Row[]; error: unknown; pending: boolean } {
  const listed = [...(sites ?? [])].sort((a, b) => Number(a.site == null) - Number(b.site == null))
  const asked = by === 'platform' ? listed : []
  const summaries = useApis('/api/v1/drift/summary', asked.map((site) => ({ query: { q: term('site', site.site) } })))
  const parts = (site: Site, i: number) => (by === 'env' ? site.environments : (summaries[i]?.data?.by_platform ?? []))
  const rows = listed.map((site, i): Row => ({ site: site.site ?? null, tally: site, parts: new Map(parts(site, i).map((part) => [part.value ?? null, part])) }))
  return { rows, error: summaries.find((each) => each.error)?.error, pending: summaries.some((each) => each.isPending) }
}

export const columnsOf = (rows: Row[]): Value[] =>
  [...new Set(rows.flatMap((row) => [...row.parts.keys()]))].sort((a, b) => Number(a === null) - Number(b === null) || String(a).localeCompare(String(b)))

export const squareOf = (row: Row, by: By, column: Value | undefined): Square | undefined => {
  if (column === undefined) return row.tally.total === 0 ? undefined : { q: term('site', row.site), tally: row.tally }
  const tally = row.parts.get(column)
  return tally && { q: terms(term('site', row.site), term(by, column)), tally }
}

/** Coverage is in the tallies; ages and findings are asked for square by square, which the server answers from memory. */
export function useCells(squares: Square[], show: Show): { cells: Map<string, Cell>; error: unknown } {
  const input = (square: Square) => ({ query: { q: square.q } })
  const ages = useApis('/api/v1/drift/summary', (show === 'age' ? squares : []).map(input))
  const findings = useApis('/api/v1/vulnerabilities/summary', (show === 'findings' ? squares : []).map(input))
  const cell = (square: Square, i: number): Cell => {
    if (show === 'coverage') return coverageCell(square)
    if (show === 'age') return ages[i]?.data ? ageCell(square, ages[i].data.ages) : WAITING
    return findings[i]?.data ? findingsCell(square, findings[i].data) : WAITING
  }
  const error = [...ages, ...findings].find((each) => each.error)?.error
  return { cells: new Map(squares.map((square, i) => [square.q, cell(square, i)])), error }
}

export function coverageCell({ q, tally }: Square): Cell {
  return {
    state: ragState(tally.rag),
    value: tally.coverage_percent == null ? 'unknown' : percent(tally.coverage_percent, 0),
    note: of(tally.current, tally.total),
    detail: `${of(tally.current, tally.total)} current; opens the ${count(tally.total - tally.current)} that are not: ${count(tally.outdated)} outdated, ${count(tally.ahead)} ahead, ${count(tally.unmanaged)} unmanaged, ${count(tally.unknown)} unknown`,
    to: path.fleet({ q: terms(q, '-drift:current'), sort: '-differences' }),
  }
}

/** The worst age says the colour; its number is how many assets are that old, and it opens just these. */
export function ageCell({ q, tally }: Square, ages: Ages): Cell {
  const { critical, warning, fresh, undated, unknown } = ages
  const known = measured(ages)
  const [state, key]: [State, keyof Ages] = known === 0 ? ['unknown', 'unknown'] : critical ? ['critical', 'critical'] : warning ? ['warning', 'warning'] : fresh ? ['ok', 'fresh'] : undated ? ['unknown', 'undated'] : ['ok', 'newest']
  const undatedWords = undated > 0 ? `, ${count(undated)} since nobody knows when` : ''
  return {
    state,
    value: known === 0 ? 'unknown' : key === 'newest' ? '0' : count(ages[key]),
    note: `of ${count(known === 0 ? tally.total : known)}`,
    detail: `of ${plural(known, 'asset')} whose image version is known, ${count(critical)} are behind for more than 30 d, ${count(warning)} for more than 14 d, ${count(fresh)} for less${undatedWords}; ${count(unknown)} of ${plural(tally.total, 'asset')} not measured`,
    to: path.fleet({ q: terms(q, `lag:${key}`), sort: key === 'newest' || key === 'unknown' ? undefined : 'drift_since' }),
  }
}

export function findingsCell({ q }: Square, { counts, basis }: Overview): Cell {
  if (!counts || basis.judged === 0) return { state: 'unknown', value: 'unknown', detail: `none of ${plural(basis.assets, 'asset')} judged`, to: path.fleet({ q: terms(q, 'findings:unknown') }) }
  const state: State = counts.kev || counts.breached || counts.critical ? 'critical' : counts.total ? 'warning' : basis.judged === basis.assets ? 'ok' : 'unknown'
  return {
    state,
    value: count(counts.total),
    note: `on ${of(counts.affected_assets, basis.judged)}`,
    detail: `${plural(counts.total, 'vulnerability', 'vulnerabilities')} on ${of(counts.affected_assets, basis.judged)} judged assets: ${count(counts.critical)} critical, ${count(counts.kev)} known exploited, ${count(counts.breached)} past their SLA; ${count(basis.assets - basis.judged)} of ${plural(basis.assets, 'asset')} not judged`,
    to: path.vulnerabilities({ q }),
  }
}

export const useSites = () => useApi('/api/v1/sites')
