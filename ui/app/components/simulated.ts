import type { components } from '~/api/generated/schema'
import { useSend } from '~/api/query'

export const SIMULATED_SIZES = [1_000, 3_000, 10_000] as const
const NAME = 'demo'
/** What an estate that comes or goes makes old. */
const NOUNS = ['onboarding', 'connectors', 'assets', 'overview', 'sites', 'drift', 'coverage', 'syncs', 'images', 'vulnerabilities']

/** A connector that simulates, with its first collection. */
export function useLoadSimulated() {
  const create = useSend('post', '/api/v1/connectors', NOUNS)
  const load = (assets: number, done: (sync: components['schemas']['Sync']) => void = () => {}) =>
    create.mutate({ body: { kind: 'sim', name: NAME, config: { assets }, sync: true } }, { onSuccess: ({ last_sync: sync }) => { if (sync) done(sync) } })
  return { load, busy: create.isPending, error: create.error }
}

export const useRemoveSimulated = () => useSend('delete', '/api/v1/simulated', NOUNS)
