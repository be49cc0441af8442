import type { components } from '~/api/generated/schema'
import { path } from '~/util/path-builder'

export type Onboarding = components['schemas']['Onboarding']
export type OnboardingStep = Onboarding['steps'][number]
interface Words { title: string; why: string; to?: string; action?: string }

/** What each step is called, what it brings, and where in here it is done. */
const WORDS: Record<string, Words> = {
  host_seen: { title: 'A host is seen', why: 'this very host is the first asset' },
  feed_present: { title: 'Advisories for what runs here are held', why: 'without them, vulnerabilities are unknown' },
  contract_registered: { title: 'A contract is registered', why: 'it says what a machine should look like', to: path.images({ view: 'register' }), action: 'Register a contract' },
  image_linked: { title: 'An asset is linked to an image', why: 'without it, nothing says what an asset should run', to: path.images({ view: 'rules' }), action: 'Make a link rule' },
  connector_added: { title: 'A connector is added', why: 'it lists the rest of the estate' },
}

/** A step that a newer server knows is shown by its own name. */
export const wordsOf = (step: string): Words => WORDS[step] ?? { title: step.replaceAll('_', ' '), why: '' }
