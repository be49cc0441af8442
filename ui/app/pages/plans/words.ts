import type { components } from '~/api/generated/schema'
import type { State } from '~/util/states'
import { plural } from '~/util/units'

export type Plan = components['schemas']['PlanView']
export type Summary = components['schemas']['PageBody_PlanSummary']['items'][number]
export type Target = components['schemas']['PageBody_PlanTarget']['items'][number]
export type Step = components['schemas']['PlanStep']
export type Difference = components['schemas']['PlanDifference']

const LEVELS: Record<string, State> = { low: 'ok', medium: 'warning', high: 'critical', critical: 'critical' }
/** A level that is not known is drawn as unknown, never as low. */
export const riskState = (level: string): State => LEVELS[level] ?? 'unknown'
export const changeState = (change: string): State => ({ added: 'ok', removed: 'critical', changed: 'warning' } as Record<string, State>)[change] ?? 'unknown'

/** `change_size` → `change size`. */
export const spaced = (word: string) => word.replaceAll('_', ' ')

type Given = Record<string, unknown>
const given = (value: unknown): Given => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Given) : {})
const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value) ?? '')

/** One argument of a command as it would be typed, so that nobody takes two for one. */
const argument = (value: unknown) => {
  const word = text(value)
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
const command = (value: unknown) => (Array.isArray(value) ? value.map(argument).join(' ') : text(value))

export function duration(seconds: number): string {
  if (seconds % 86_400 === 0) return plural(seconds / 86_400, 'day')
  if (seconds % 3_600 === 0) return plural(seconds / 3_600, 'hour')
  return seconds % 60 === 0 ? plural(seconds / 60, 'minute') : plural(seconds, 'second')
}

/** What a step does, in one line. A kind that this version does not know says all that is given. */
export function said(kind: string, parameters: unknown): string {
  const of = given(parameters)
  switch (kind) {
    case 'sequence': return 'one after the other'
    case 'parallel': return 'at the same time'
    case 'wait': return duration(Number(of['seconds']))
    case 'approval': return `${plural(Number(of['approvers']), 'person', 'people')} with the role ${text(of['role'])} or more, within ${duration(Number(of['expires_minutes']) * 60)}`
    case 'gate': return `${plural(Number(of['samples']), 'sample')}, at most ${text(of['failures_max'])} failed: ${probe(of['probe'])}`
    case 'ssh': return `${command(of['command'])}${of['user'] === undefined ? '' : ` as ${text(of['user'])}`}`
    case 'http': return `${text(of['method'])} ${text(of['url'])}, ${text(of['expect_status'])} expected`
    case 'wait_for_health': return `${health(of)}, for up to ${duration(Number(of['timeout_seconds']))}`
    case 'sql_probe': return `${text(of['query'])} gives ${text(of['expect'])}`
    case 'notify': return `tells ${text(of['channel'])}: ${text(of['message'])}`
    case 'terraform': case 'ansible': case 'helm': case 'packer': return source(of['source'])
    default: return JSON.stringify(parameters)
  }
}

function probe(value: unknown): string {
  const [kind, parameters] = Object.entries(given(value))[0] ?? ['', undefined]
  return kind === '' ? 'nothing' : said(kind, parameters)
}

function health(of: Given): string {
  if (of['url'] !== undefined) return `${text(of['url'])} answers`
  return of['port'] === undefined ? `${command(of['command'])} ends with 0` : `port ${text(of['port'])} takes a connection`
}

function source(value: unknown): string {
  const of = given(value)
  return `${text(of['path'])} of ${text(of['repository'])} at ${text(of['commit']).slice(0, 12)}`
}

/** A value of a comparison; what was not said is a dash. */
export const shown = (value: unknown): string => (value === undefined || value === null ? '–' : text(value))
