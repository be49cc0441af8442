import { Section } from '~/components/Page'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { setWords, type Draft } from './draft'

/** The tests of the rules: while one of them fails nothing is saved. */
export function Examples({ examples }: { examples: Draft['examples'] }) {
  return (
    <Section title="Examples" note={plural(examples.length, 'example')}>
      {examples.length === 0
        ? <p className="max-w-[80ch] text-dim">None. An example says what an asset with certain labels must become; while one fails, rules are not saved. They are written in the document.</p>
        : (
          <ul className="grid" aria-label="Examples of the rules">
            {examples.map((example) => (
              <li key={example.name} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t border-line py-1.5 first:border-0">
                <Text wrap>{example.name}</Text>
                {Object.keys(example.expect ?? {}).length > 0 && <StateBadge state="ok"><Text wrap>{setWords(example.expect ?? {})}</Text></StateBadge>}
                {(example.unknown ?? []).length > 0 && <StateBadge state="unknown">{(example.unknown ?? []).join(', ')} unknown</StateBadge>}
              </li>
            ))}
          </ul>
        )}
    </Section>
  )
}
