import type { components } from '~/api/generated/schema'
import { StateBadge } from '~/ui/State'
import type { State } from '~/util/states'

type Scope = components['schemas']['ScopeCoverage']

const STATE_WORDS: Record<string, [State, string]> = {
  complete: ['ok', 'complete'], partial: ['warning', 'incomplete'], unlisted: ['warning', 'not listed any more'], never: ['unknown', 'never complete'], gone: ['unknown', 'gone'],
}

/** A word that is not known is drawn as unknown. */
export const listingState = (state: string): [State, string] => STATE_WORDS[state] ?? ['unknown', state]

export function Listing({ scope }: { scope: Pick<Scope, 'state' | 'permission_gap'> }) {
  const [state, word] = listingState(scope.state)
  return <StateBadge state={scope.permission_gap ? 'critical' : state}>{scope.permission_gap ? 'lacks a permission' : word}</StateBadge>
}
