import type { components } from '~/api/generated/schema'
import { Bar } from '~/charts/StackedBar'
import { Section } from '~/components/Page'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Select } from '~/ui/Field'
import { Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { term, terms } from '~/util/path-builder'
import { count, of } from '~/util/units'

const DIMENSIONS = ['site', 'env', 'platform', 'image'] as const
const WORDS = { site: 'Site', env: 'Environment', platform: 'Platform', image: 'Image' } as const
const SHOWN = 7
const read = (raw: RawSearch) => ({ by: oneOf(raw.by, DIMENSIONS) ?? 'site' })

interface Props { by: components['schemas']['AffectedBy'][]; affected: number; q?: string; onNarrow: (q: string) => void }

/** Where the affected assets are; each line narrows the page to its own. */
export function Where({ by, affected, q, onNarrow }: Props) {
  const [url, set] = useUrl(read)
  const values = by.find((each) => each.dimension === url.by)?.values ?? []
  const choice = <Select aria-label="Where, by" value={url.by} onChange={(event) => set({ by: event.target.value }, { replace: true })} options={DIMENSIONS.map((each) => [each, WORDS[each]] as const)} />
  return (
    <Section title="Where" note={`of ${count(affected)}`} actions={choice}>
      <ul className="num">
        {values.slice(0, SHOWN).map(({ value, assets }) => (
          <li key={value ?? ''} className="border-b border-line py-1 last:border-0">
            <button type="button" title={`Only ${of(assets, affected)}`} onClick={() => onNarrow(terms(q, term(url.by, value)))} className="flex w-full items-baseline gap-2 text-left hover:text-accent">
              <span className="min-w-0 grow truncate">{value ? <Text>{value}</Text> : <Unknown />}</span><span>{count(assets)}</span>
            </button>
            <Bar label={value ?? 'unknown'} value={assets} total={affected} className="h-1" />
          </li>
        ))}
        {values.length > SHOWN && <li className="py-1 text-xs text-meta">and {count(values.length - SHOWN)} more</li>}
      </ul>
    </Section>
  )
}
