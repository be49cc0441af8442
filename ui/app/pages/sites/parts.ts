import type { components } from '~/api/generated/schema'
import { count, plural } from '~/util/units'

type Schemas = components['schemas']
type Declared = Schemas['Declared_SiteSpec'] | Schemas['Declared_EnvironmentSpec'] | Schemas['Declared_ProjectSpec']
export type Noun = 'site' | 'environment' | 'project'
export type SitePair = Schemas['SitePair']

/** A word that assets carry, what people say of it, or both. */
export interface Part {
  name: string
  assets: number
  declared?: Declared | null
  pair?: SitePair | null
}

interface Field {
  id: string
  label: string
  help?: string
  most?: number
  options?: readonly (readonly [string, string])[]
  /** Values that are suggested; others are taken as well. */
  suggested?: () => string[]
}

const TEXT_MAX = 200
const TITLE: Field = { id: 'title', label: 'Title', help: 'What people call it.', most: TEXT_MAX }
const DESCRIPTION: Field = { id: 'description', label: 'Description', most: 2000 }
const SITE_KINDS = [['cloud_region', 'Cloud region'], ['datacentre', 'Datacentre'], ['edge', 'Edge'], ['other', 'Other']] as const
const ENVIRONMENT_KINDS = [['production', 'Production'], ['staging', 'Staging'], ['test', 'Test'], ['development', 'Development'], ['other', 'Other']] as const

/** The three of them on the wire and in the form; `key` is the filter's name. */
export const NOUNS = {
  site: {
    noun: 'site', key: 'site', all: '/api/v1/sites', each: '/api/v1/sites/{site}',
    fields: [
      { id: 'kind', label: 'Kind', options: SITE_KINDS }, TITLE, { id: 'location', label: 'Location', help: 'A town or an address.', most: TEXT_MAX },
      { id: 'time_zone', label: 'Time zone', help: 'By its name in the IANA database, such as Europe/Amsterdam.', most: TEXT_MAX, suggested: () => Intl.supportedValuesOf('timeZone') }, DESCRIPTION,
    ],
  },
  environment: {
    noun: 'environment', key: 'env', all: '/api/v1/environments', each: '/api/v1/environments/{environment}',
    fields: [{ id: 'kind', label: 'Kind', help: 'What it is for, whatever its name.', options: ENVIRONMENT_KINDS }, TITLE, DESCRIPTION],
  },
  project: {
    noun: 'project', key: 'project', all: '/api/v1/projects', each: '/api/v1/projects/{project}',
    fields: [TITLE, { id: 'owner', label: 'Owner', help: 'The person or team that answers for it.', most: TEXT_MAX }, { id: 'contact', label: 'Contact', help: 'How to reach them.', most: TEXT_MAX }, DESCRIPTION],
  },
} as const satisfies Record<Noun, { noun: Noun; key: string; all: string; each: string; fields: Field[] }>

/** All texts of a form by the names of their fields; empty is not said. */
export type Draft = Record<string, string>

export function draftOf(noun: Noun, part: Part | undefined): Draft {
  const said: Record<string, unknown> = { ...part?.declared?.spec }
  const fields = NOUNS[noun].fields as readonly Field[]
  return { name: part?.name ?? '', ...Object.fromEntries(fields.map(({ id, options }) => [id, String(said[id] ?? (options ? 'other' : ''))])) }
}

export const specOf = (draft: Draft): Draft => Object.fromEntries(Object.entries(draft).filter(([, text]) => text !== ''))

export const fieldsOf = (noun: Noun): readonly Field[] => NOUNS[noun].fields

/** What a part is, in a word or two. */
export function detailOf(part: Part): string | undefined {
  const spec = part.declared?.spec
  if (!spec) return undefined
  if ('kind' in spec && spec.kind) return [...SITE_KINDS, ...ENVIRONMENT_KINDS].find(([kind]) => kind === spec.kind)?.[1]
  return 'owner' in spec && spec.owner ? `of ${spec.owner}` : undefined
}

/** What becomes of assets when a word loses its declaration. */
export const keptWords = ({ name, assets }: Part) =>
  assets === 0 ? `No asset carries ${name}.` : `${plural(assets, 'asset')} ${assets === 1 ? `carries ${name} and keeps it` : `carry ${name} and keep it`}: the word is undeclared from then on.`

/** `2 of 6 are undeclared`. */
export function undeclaredWords(parts: readonly Part[]): string {
  const undeclared = parts.filter((part) => !part.declared).length
  return undeclared === 0 ? 'all declared' : `${count(undeclared)} of ${count(parts.length)} undeclared`
}
