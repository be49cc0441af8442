import type { components } from '~/api/generated/schema'

type Schemas = components['schemas']
export type Now = Schemas['MappingRulesNow']
export type Preview = Schemas['MappingPreview']
type Pattern = Schemas['MappingPattern']
/** Conditions that are not given are left out. */
type When = Partial<Schemas['MappingConditions']>
export type Rule = Omit<Schemas['MappingRule'], 'when'> & { when: When }

/** Facts of text that a condition can ask for, in the order of the form. */
export const FACTS = ['name', 'connector', 'account', 'region', 'site', 'env', 'project', 'workload', 'owner'] as const
type Fact = (typeof FACTS)[number]
export const FIELDS = ['site', 'env', 'project', 'workload', 'owner', 'criticality', 'image_family'] as const
export const PLATFORMS = ['aws', 'azure', 'gcp', 'vsphere', 'kubernetes', 'baremetal', 'edge', 'local'] as const

/** A save makes all of these old; the assets follow when the worker is through, by their events. */
export const MAPPING_NOUNS = ['mapping-rules', 'assets', 'sites', 'overview'] as const

export interface Draft { rules: Rule[]; examples: Now['examples'] }

export const draftOf = ({ rules, examples }: Now): Draft => ({ rules, examples })

/** What is sent: JSON is YAML as well. */
export const documentOf = ({ rules, examples }: Draft) => JSON.stringify({ apiVersion: 'ql-rf.io/v1', kind: 'MappingRules', rules, examples }, null, 2)

const word = (pattern: Pattern) => (typeof pattern === 'string' ? pattern : `/${pattern.regex}/`)

/** `platform aws or gcp · label Environment *`. */
export function whenWords(when: When): string {
  const parts = [
    when.platforms?.length ? `platform ${when.platforms.join(' or ')}` : '',
    when.kinds?.length ? `kind ${when.kinds.join(' or ')}` : '',
    ...FACTS.map((fact) => { const pattern = when[fact]; return pattern ? `${fact} ${word(pattern)}` : '' }),
    ...Object.entries(when.labels ?? {}).map(([key, pattern]) => `label ${key} ${word(pattern)}`),
  ]
  return parts.filter(Boolean).join(' · ') || 'every asset'
}

export const setWords = (set: Rule['set']) => Object.entries(set).map(([field, value]) => `${field} = ${value}`).join(' · ')

/** One line of the form: a fact or a label, how it is compared, and with what. */
export interface Condition { what: string; how: 'glob' | 'regex'; text: string }

const condition = (what: string, pattern: Pattern): Condition => (typeof pattern === 'string' ? { what, how: 'glob', text: pattern } : { what, how: 'regex', text: pattern.regex })

export function conditionsOf(when: When): Condition[] {
  const facts = FACTS.flatMap((fact) => { const pattern = when[fact]; return pattern ? [condition(fact, pattern)] : [] })
  return [...facts, ...Object.entries(when.labels ?? {}).map(([key, pattern]) => condition(`label:${key}`, pattern))]
}

/** The opposite of `conditionsOf`; lines that say nothing are left out. */
export function whenOf(conditions: Condition[], platforms: string[], kinds: string[] = []): When {
  const when: When = {}
  if (platforms.length > 0) when.platforms = platforms
  if (kinds.length > 0) when.kinds = kinds
  const labels: NonNullable<When['labels']> = {}
  for (const { what, how, text } of conditions) {
    if (text === '') continue
    const pattern: Pattern = how === 'glob' ? text : { regex: text }
    if (what.startsWith('label:')) labels[what.slice(6)] = pattern
    else when[what as Fact] = pattern
  }
  if (Object.keys(labels).length > 0) when.labels = labels
  return when
}

/** The list with one item elsewhere. */
export function moved<T>(items: T[], from: number, to: number): T[] {
  const next = [...items]
  const [item] = next.splice(from, 1)
  if (item === undefined || to < 0 || to > next.length) return items
  next.splice(to, 0, item)
  return next
}
