import type { components } from '~/api/generated/schema'

export type Feed = components['schemas']['Feed']

/** No event tells how far an import is. */
export const PROGRESS_MS = 1_500
