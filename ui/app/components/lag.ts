import type { Part } from '~/charts/StackedBar'

export interface Lags { newest: number; fresh: number; warning: number; critical: number; undated: number; unknown: number }

/** How long a newer version of the image is out, in the order of the legend everywhere; each part opens its assets where `to` says how. */
export function lagParts(lags: Lags, to?: (filter: string) => string): Part[] {
  const part = (key: keyof Lags, label: string, tone: Part['tone']): Part => ({ label, value: lags[key], tone, to: to?.(`lag:${key}`) })
  const parts = [
    part('newest', 'on the newest', 'ok'), part('fresh', 'behind up to 14 d', 'ahead'), part('warning', 'behind 14 to 30 d', 'warning'), part('critical', 'behind more than 30 d', 'critical'),
    part('undated', 'behind since nobody knows when', 'none'), part('unknown', 'not measured', 'unknown'),
  ]
  return parts.filter(({ label, value }) => value > 0 || label !== 'behind since nobody knows when')
}

/** Assets whose place in their image family is known: without them, none behind says nothing. */
export const measured = ({ newest, fresh, warning, critical, undated }: Lags) => newest + fresh + warning + critical + undated
