import type { components } from '~/api/generated/schema'
import { valueText } from '~/util/value'

export type Resource = components['schemas']['Resource']

/** One and several of each kind, in the order in which they are offered. */
const KINDS: Record<string, [string, string]> = {
  machine_image: ['machine image', 'machine images'],
  container_image: ['container image', 'container images'],
  scaling_group: ['scaling group', 'scaling groups'],
  certificate: ['certificate', 'certificates'],
  volume: ['volume', 'volumes'],
  public_address: ['public address', 'public addresses'],
  workload: ['workload', 'workloads'],
  cluster: ['cluster', 'clusters'],
  hypervisor: ['hypervisor', 'hypervisors'],
}

export const kindWord = (kind: string, many = false) => KINDS[kind]?.[many ? 1 : 0] ?? kind.replaceAll('_', ' ')

const RELATIONS: Record<string, [to: string, from: string]> = {
  member_of: ['member of', 'has the member'],
  runs_on: ['runs on', 'carries'],
  started_from: ['started from', 'what was started from it'],
  attached_to: ['attached to', 'has attached'],
  uses: ['uses', 'is used by'],
  contains: ['contains', 'is contained in'],
  runs: ['runs', 'is run by'],
}

export const relationWord = (relation: string, from = false) => RELATIONS[relation]?.[from ? 1 : 0] ?? relation.replaceAll('_', ' ')

/** What tells one of its kind from another at a glance. */
const TOLD: Record<string, string[]> = {
  machine_image: ['architecture', 'created_at', 'owner'],
  container_image: ['platform', 'created_at', 'digest'],
  scaling_group: ['desired', 'min', 'max', 'image_ref'],
  certificate: ['not_after', 'status', 'subject'],
  volume: ['bytes', 'class', 'encrypted'],
  public_address: ['address'],
  workload: ['workload', 'namespace', 'ready', 'replicas'],
  cluster: ['version'],
  hypervisor: ['product', 'version', 'build'],
}

/** Of a moment the day is enough at a glance. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})T\S+$/

const isFacts = (facts: unknown): facts is Record<string, unknown> => typeof facts === 'object' && facts !== null

/** Facts as name and text; null is not known. */
export function factsOf({ facts }: Resource): [string, string | null][] {
  return isFacts(facts) ? Object.entries(facts).map(([name, value]) => [name, textOf(value)]) : []
}

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : valueText(value))

/** One line of the facts that matter, as `desired 4 · min 2`. */
export function told(resource: Resource): string {
  const facts = new Map(factsOf(resource))
  const shown = (TOLD[resource.kind] ?? []).flatMap((name) => {
    const value = facts.get(name)
    return value == null || value === '' ? [] : [`${name.replaceAll('_', ' ')} ${value.replace(MOMENT, '$1')}`]
  })
  return shown.join(' · ')
}
