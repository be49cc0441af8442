import type { components } from '~/api/generated/schema'
import { plural } from '~/util/units'
import { valueText } from '~/util/value'

export type Asset = components['schemas']['Asset']
export type Drift = components['schemas']['DriftExplained']
export type Moment = components['schemas']['AssetMoment']

export interface PendingUpdate { name: string; arch?: string; installed?: string; candidate?: string; security?: boolean }

/** The facts that every connector reports in the same words; the rest is shown as it came. */
export interface Facts {
  name: string
  native_id: string
  platform: string
  kind: string
  simulated: boolean
  words: Record<string, string | null>
  os: Record<string, string>
  labels: Record<string, string>
  services: Record<string, string> | null
  config: Record<string, string> | null
  pending: PendingUpdate[] | null
  confidence: string | null
  /** Field → the mapping rule that set it, and what the connector had said. */
  mapped: Record<string, string>
}

const WORDS = ['state', 'site', 'region', 'account', 'env', 'project', 'workload', 'owner', 'criticality', 'exposure', 'image_ref', 'launched_at'] as const
const KNOWN = new Set<string>([...WORDS, 'name', 'native_id', 'platform', 'kind', 'simulated', 'os', 'labels', 'services', 'config', 'pending_updates', 'confidence', 'mapped_by'])

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string | null => (value === null || value === undefined || value === 'unknown' ? null : valueText(value))

const map = (value: unknown): Record<string, string> =>
  isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, text(each) ?? 'unknown'])) : {}

/** Reads facts without trusting their shape: what is not there is not known. */
export function readFacts(raw: unknown): Facts & { other: [string, string | null][] } {
  const facts = isMap(raw) ? raw : {}
  return {
    name: text(facts.name) ?? 'unknown',
    native_id: text(facts.native_id) ?? 'unknown',
    platform: text(facts.platform) ?? 'unknown',
    kind: text(facts.kind) ?? 'unknown',
    simulated: facts.simulated === true,
    words: Object.fromEntries(WORDS.map((key) => [key, text(facts[key])])),
    os: map(facts.os),
    labels: map(facts.labels),
    services: isMap(facts.services) ? map(facts.services) : null,
    config: isMap(facts.config) ? map(facts.config) : null,
    pending: Array.isArray(facts.pending_updates) ? facts.pending_updates.filter(isMap).map((each) => ({ ...map(each), name: text(each.name) ?? 'unknown', security: each.security === true })) : null,
    confidence: text(facts.confidence),
    mapped: Object.fromEntries(Object.entries(isMap(facts.mapped_by) ? facts.mapped_by : {}).map(([field, by]) => [field, mappedWords(by)])),
    other: Object.entries(facts).filter(([key]) => !KNOWN.has(key)).map(([key, value]) => [key, text(value)]),
  }
}

function mappedWords(by: unknown): string {
  const { rule, said } = isMap(by) ? by : {}
  return `by the rule ${text(rule) ?? 'unknown'}; the connector said ${text(said) ?? 'nothing'}`
}

/** Whose word a fact is: of several sources, the one that it comes from. */
export function sourceOf(asset: Asset, confidence: string | null, ...fields: string[]): string {
  const told = asset.sources.filter((source) => asset.sources.length === 1 || source.fields.some((field) => fields.includes(field)))
  const names = told.map((source) => source.connector || 'a deleted connector').join(', ')
  return [names || asset.connector || 'a deleted connector', confidence].filter(Boolean).join(', ')
}

/** Since when a fact has been as it is: the newest moment that changed it, else the oldest that is kept. */
export function sinceOf(moments: Moment[], pointer: string): string | undefined {
  const changed = moments.find((moment) => moment.changes.facts.some(({ path }) => path === pointer || path.startsWith(`${pointer}/`)))
  return (changed ?? moments.at(-1))?.recorded_from
}

/** A key as JSON Pointer writes it. */
export const pointer = (...keys: string[]) => keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** `1 fact changed, 2 packages added`. */
export function changeWords({ changes }: Moment, first: boolean): string {
  const parts: [number, string, string][] = [
    [changes.facts.length, 'fact', 'changed'], [changes.packages_changed.length, 'package', 'changed'],
    [changes.packages_added.length, 'package', 'added'], [changes.packages_removed.length, 'package', 'removed'],
  ]
  const said = parts.filter(([many]) => many > 0).map(([many, noun, verb]) => `${plural(many, noun)} ${verb}`)
  return said.join(', ') || (first ? 'first seen' : 'nothing that is compared')
}
