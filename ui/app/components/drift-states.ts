/** In the order of the legend everywhere. */
export const DRIFT_STATES = ['current', 'outdated', 'ahead', 'unmanaged', 'unknown'] as const
