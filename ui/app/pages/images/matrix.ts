import type { components } from '~/api/generated/schema'
import { span } from '~/util/time'
import type { State } from '~/util/states'
import { count, of, plural } from '~/util/units'

export type MatrixData = components['schemas']['ImageMatrix']
export type MatrixRow = components['schemas']['MatrixRow']
export type MatrixCell = components['schemas']['MatrixCell']
/** A cell, or the row's head. */
export interface Pointed { row: MatrixRow; cell?: MatrixCell }

export const BY = ['site', 'env', 'platform', 'region', 'project', 'owner'] as const
const DAY_S = 86_400

/** The worst that is known of a cell. Without feeds nothing is good: it is unknown. */
export function cellState(row: MatrixRow, cell: MatrixCell): State {
  const { findings } = cell
  if (row.revoked || (findings && findings.critical + findings.kev > 0)) return 'critical'
  if (cell.current < cell.assets || (findings && total(findings) > 0)) return 'warning'
  return findings && cell.judged === cell.assets ? 'ok' : 'unknown'
}

type Findings = NonNullable<MatrixCell['findings']>
export const total = (findings: Findings) => findings.critical + findings.high + findings.medium + findings.low + findings.unknown

/** `3 d`, or undefined when everything there is as it should be. */
export const age = (cell: MatrixCell) => (cell.drift_days == null ? undefined : span(cell.drift_days * DAY_S) || 'today')

/** Everything that a cell knows, as a sentence. */
export function words(row: MatrixRow, cell?: MatrixCell): string {
  const rows = [
    row.revoked ? 'revoked' : row.newest ? 'newest in production' : row.status,
    row.versions_behind ? `${plural(row.versions_behind, 'version')} behind` : undefined,
    row.superseded_days != null ? `superseded for ${plural(row.superseded_days, 'day')}` : undefined,
  ]
  return [...(cell ? inCell(cell, row.assets) : [`runs on ${plural(row.assets, 'asset')}`]), ...rows].filter(Boolean).join(' · ')
}

function inCell(cell: MatrixCell, all: number): (string | undefined)[] {
  return [
    `${of(cell.assets, all)} assets that run it`,
    `${count(cell.current)} as the contract says`,
    cell.drift_days == null ? undefined : `the oldest difference ${age(cell) === 'today' ? 'since today' : `for ${age(cell)}`}`,
    cell.findings ? findingWords(cell.findings, cell) : 'findings unknown',
    cell.simulated > 0 ? `${count(cell.simulated)} simulated` : undefined,
  ]
}

function findingWords(findings: Findings, { judged, assets }: MatrixCell): string {
  const parts = [
    `${count(findings.critical)} critical`, `${count(findings.high)} high`, `${count(findings.medium)} medium`, `${count(findings.low)} low`,
    findings.unknown ? `${count(findings.unknown)} not rated` : '', findings.kev ? `${count(findings.kev)} of them exploited` : '',
  ]
  return `${plural(total(findings), 'vulnerability', 'vulnerabilities')} (${parts.filter(Boolean).join(', ')}) on ${of(judged, assets)} judged assets`
}
