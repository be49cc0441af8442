import type { components } from '~/api/generated/schema'
import type { State } from '~/util/states'
import { plural } from '~/util/units'

type Schemas = components['schemas']
export type Rules = Schemas['PolicyRules']
export type Rule = Schemas['PolicyRule']
export type Freeze = Schemas['PolicyFreeze']
export type Verdict = Schemas['PolicyVerdict']
export type Denial = Schemas['PolicyDenial']
export type Decision = Schemas['PageBody_PolicyDecision']['items'][number]

/** What a save makes old: every plan is judged by the rules of now. */
export const POLICY_NOUNS = ['policies', 'plans'] as const

export const verdictState = ({ allowed }: Pick<Verdict, 'allowed'>): State => (allowed ? 'ok' : 'critical')

/** `denied by 2 rules`. */
export function verdictWords({ allowed, denials }: Pick<Verdict, 'allowed' | 'denials'>): string {
  return allowed ? 'allowed' : `denied by ${plural(rulesOf(denials).length, 'rule')}`
}

/** Each rule once, in the order of its denials. */
export const rulesOf = (denials: Denial[]) => [...new Set(denials.map((denial) => denial.rule))]

export const whose = (source: string) => (source === 'baseline' ? 'shipped' : source)

const BROKEN: Record<string, string> = {
  failed: 'ended with an error', limit: 'took too long', undefined: 'gave no value', shape: 'gave no list of reasons', too_large: 'was given too much',
}
/** What kept a rule from answering; nothing where it did. A cause that this version does not know is told as it is. */
export const broken = (cause: string) => (cause === 'rule' ? undefined : BROKEN[cause] ?? cause.replaceAll('_', ' '))

export const FREEZES = 'freezes.json'
/** By name, as they lie in a folder. */
export type Files = Record<string, string>

export function filesOf({ bundle }: Rules): Files {
  if (!bundle) return {}
  return bundle.freezes.length === 0 ? bundle.modules : { ...bundle.modules, [FREEZES]: JSON.stringify(bundle.freezes, null, 2) }
}

/** What is sent; undefined while the freezes are no list in JSON. What is in the list the server checks. */
export function bundleOf(files: Files): Schemas['NewPolicyBundle'] | undefined {
  const { [FREEZES]: freezes = '[]', ...modules } = files
  try {
    const read: unknown = JSON.parse(freezes)
    return Array.isArray(read) ? { modules, freezes: read as Freeze[] } : undefined
  } catch {
    return undefined
  }
}
