import { useApi } from '~/api/query'
import { path } from '~/util/path-builder'

export interface OnboardingStep {
  id: string
  /** What will be there. */
  title: string
  done: boolean
  /** Why it is done, or what it brings. */
  why: string
  command: string
  to?: string
  action?: string
}

const REAL = 'simulated:false'
const ONE = 1
const FAMILIES_MAX = 200

/** The first steps, each ticked by what the server knows; what the simulator made up counts for none. */
export function useOnboarding(): { steps?: OnboardingStep[]; error?: unknown; retry: () => void } {
  const seen = useApi('/api/v1/assets', { query: { q: REAL, limit: ONE } })
  const linked = useApi('/api/v1/assets', { query: { q: `${REAL} -family:unknown`, limit: ONE } })
  const feeds = useApi('/api/v1/feeds')
  const families = useApi('/api/v1/images/families', { query: { limit: FAMILIES_MAX } })
  const connectors = useApi('/api/v1/connectors')
  const all = [seen, linked, feeds, families, connectors]
  const retry = () => { for (const query of all) if (query.error) void query.refetch() }
  if (!seen.data || !linked.data || !feeds.data || !families.data || !connectors.data) return { error: all.find((query) => query.error)?.error, retry }
  const assets = seen.data.total ?? 0
  const first = seen.data.items[0]
  const filled = feeds.data.items.filter((feed) => !feed.empty).length
  const contracts = families.data.items.filter((family) => !family.simulated).length
  const links = linked.data.total ?? 0
  const others = connectors.data.filter((each) => each.kind !== 'local' && each.kind !== 'sim').length
  return {
    retry,
    steps: [
      { id: 'host', title: 'A host is seen', done: assets > 0, why: assets > 0 ? `${assets} real` : 'this very host is the first asset', command: 'qlrf connector sync this-host', to: assets > 0 ? path.fleet({ q: REAL }) : undefined },
      { id: 'feed', title: 'A feed is present', done: filled > 0, why: `${filled} of ${feeds.data.items.length} feeds; without one, vulnerabilities are unknown`, command: 'qlrf feed sync' },
      { id: 'contract', title: 'A contract is registered', done: contracts > 0, why: contracts > 0 ? `${contracts} real` : 'it says what a machine should look like', command: 'qlrf image init', to: path.images({ view: 'register', asset: first?.id }), action: 'Write one from this host' },
      { id: 'link', title: 'An asset is linked to an image', done: links > 0, why: `${links} of ${assets} real assets; the others are unmanaged`, command: 'qlrf image register image.yaml --link-name "$(hostname)"', to: path.images({ view: 'rules' }), action: 'Make a link rule' },
      { id: 'connector', title: 'A connector is added', done: others > 0, why: others > 0 ? `${others} besides this host` : 'it lists the rest of the estate', command: 'qlrf connector kinds' },
    ],
  }
}
