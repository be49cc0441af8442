import type { components } from '~/api/generated/schema'
import { HelpLink } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import type { State } from '~/util/states'

type Scope = components['schemas']['ScopeCoverage']

const STATE_WORDS: Record<string, [State, string]> = {
  complete: ['ok', 'complete'], partial: ['warning', 'incomplete'], unlisted: ['warning', 'not listed any more'], never: ['unknown', 'never complete'],
}

/** A word that is not known is drawn as unknown. */
export const listingState = (state: string): [State, string] => STATE_WORDS[state] ?? ['unknown', state]

export function Listing({ scope }: { scope: Pick<Scope, 'state' | 'permission_gap'> }) {
  const [state, word] = listingState(scope.state)
  return <StateBadge state={scope.permission_gap ? 'critical' : state}>{scope.permission_gap ? 'lacks a permission' : word}</StateBadge>
}

/** The page that says what the code means and what to do. */
export function CodeLink({ code, help }: { code: string; help?: string | null }) {
  const word = <code className="break-all">{code}</code>
  return help ? <HelpLink to={help}>{word}</HelpLink> : word
}
