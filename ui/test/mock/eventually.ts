import { vi } from 'vitest'

/** Until it holds; a busy machine is waited for. */
export const eventually = (holds: () => void) => vi.waitFor(holds, { timeout: 15_000 })
