import type { State } from '~/util/states'

/** The API's document leaves the entries of these lists open: what is read of them is checked here. */
export interface PackageDifference { name: string; arch: string; change: string; state: State; expected?: string; actual?: string }
export interface Value { name: string; expected: string; actual: string }

const STATES: Record<string, State> = { forbidden: 'critical', missing: 'critical', older: 'warning', newer: 'warning', extra: 'warning' }
const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
const fields = (entry: unknown) => (entry && typeof entry === 'object' ? (entry as Record<string, unknown>) : {})

export const packagesOf = (entries: unknown[]): PackageDifference[] =>
  entries.map(fields).flatMap((entry) => {
    const [name, change] = [text(entry.name), text(entry.change)]
    return name && change ? [{ name, change, arch: text(entry.arch) ?? '', state: STATES[change] ?? 'unknown', expected: text(entry.expected), actual: text(entry.actual) }] : []
  })

export const valuesOf = (entries: unknown[]): Value[] =>
  entries.map(fields).flatMap((entry) => {
    const [name, expected, actual] = [text(entry.name), text(entry.expected), text(entry.actual)]
    return name && expected !== undefined && actual !== undefined ? [{ name, expected, actual }] : []
  })
