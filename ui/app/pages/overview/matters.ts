import type { components } from '~/api/generated/schema'
import { imagePath, path } from '~/util/path-builder'
import type { State } from '~/util/states'
import { count, plural } from '~/util/units'

export type Data = components['schemas']['Attention']
export type Matter = components['schemas']['AttentionItem']

/** No kind pushes the others out of sight. */
const OF_KIND_MAX = 3

/** `whole`: a single matter that speaks of many assets, so its number would mislead. */
interface Kind { one: string; many: string; list: string; command?: string; next?: string; whole?: boolean }
const KINDS: Record<string, Kind> = {
  known_exploited: { one: 'known exploited vulnerability', many: 'known exploited vulnerabilities', list: path.vulnerabilities({ kev: 'true' }) },
  past_sla: { one: 'vulnerability past its date', many: 'vulnerabilities past their date', list: path.vulnerabilities({ kev: 'false', sla: 'breached' }) },
  image_revoked: { one: 'revoked image that still runs', many: 'revoked images that still run', list: path.images() },
  image_behind: { one: 'image family behind for more than 30 d', many: 'image families behind for more than 30 d', list: path.fleet({ q: 'lag:critical', group: 'family' }) },
  updates_due: { one: 'security updates due', many: 'security updates due', list: path.fleet({ q: 'updates:due' }), whole: true },
  unmanaged: { one: 'assets without a golden image', many: 'assets without a golden image', list: path.fleet({ q: 'drift:unmanaged' }), whole: true },
  drift_unknown: { one: 'assets whose drift is not known', many: 'assets whose drift is not known', list: path.fleet({ q: 'drift:unknown' }), whole: true },
  identity_conflict: { one: 'conflict of identity', many: 'conflicts of identity', list: path.identity(), command: 'qlrf asset conflicts', next: 'Who claims it' },
  scope_not_listed: { one: 'scope not listed', many: 'scopes not listed', list: path.coverage(), command: 'qlrf coverage list', next: 'Open the connector' },
  connector_failing: { one: 'failing connector', many: 'failing connectors', list: path.connectors(), command: 'qlrf connector list', next: 'Open the connector' },
  never_collected: { one: 'connector', many: 'connectors', list: path.connectors(), command: 'qlrf connector list', next: 'Open connectors' },
  feed_empty: { one: 'empty feed', many: 'empty feeds', list: path.feeds(), command: 'qlrf feed sync', next: 'Open feeds' },
}

export const wordsOf = (kind: string, total: number) => (total === 1 ? KINDS[kind]?.one : KINDS[kind]?.many) ?? kind.replaceAll('_', ' ')
export const numberOf = (kind: string, total: number) => (KINDS[kind]?.whole ? '' : `${count(total)} `) + wordsOf(kind, total)
export const listOf = (kind: string) => KINDS[kind]?.list ?? path.fleet()

/** A level that is not known is drawn as unknown. */
export const stateOf = (level: string): State => (level === 'critical' || level === 'warning' ? level : 'unknown')

/** The thing itself. */
export function openOf(item: Matter): string {
  const [noun, id] = item.resource.split('/')
  if (noun === 'vulnerabilities') return path.vulnerability(item.title)
  if (noun === 'images') return imagePath(item.title)
  if (noun === 'connectors') return id ? path.connector(id) : path.connectors()
  if (noun === 'feeds') return path.feeds()
  if (noun === 'identity-conflicts') return path.identity()
  if (item.kind === 'image_behind') return path.family(item.title)
  return path.fleet({ q: item.filter ?? undefined })
}

/** Exactly the assets that it speaks of, or where it is mended. */
export function nextOf(item: Matter): { to: string; words: string; command?: string } {
  const { command, next } = KINDS[item.kind] ?? {}
  if (item.filter != null && item.assets != null) return { to: path.fleet({ q: item.filter }), words: plural(item.assets, 'asset') }
  return { to: openOf(item), words: next ?? 'Open', command }
}

/** The kinds of the worst level that there is, with how many each has. */
export function worst({ items, totals }: Data): { kind: string; total: number }[] {
  const kinds = new Set(items.filter((item) => item.level === items[0]?.level).map((item) => item.kind))
  return totals.flatMap(({ kind, total }) => (kinds.has(kind) && total ? [{ kind, total }] : []))
}

/** The first of each kind in the order of the server, and how many each kind has besides. */
export function ranked({ items, totals }: Data): { shown: Matter[]; more: { kind: string; left: number }[] } {
  const seen = new Map<string, number>()
  const shown = items.filter(({ kind }) => {
    seen.set(kind, (seen.get(kind) ?? 0) + 1)
    return (seen.get(kind) ?? 0) <= OF_KIND_MAX
  })
  const left = (kind: string, total: number) => total - Math.min(seen.get(kind) ?? 0, OF_KIND_MAX)
  return { shown, more: totals.map(({ kind, total }) => ({ kind, left: left(kind, total ?? 0) })).filter((each) => each.left > 0) }
}
