import { useState } from 'react'
import { Section } from '~/components/Page'
import { Sheet } from '~/ui/Dialog'
import { Text, visible } from '~/ui/Text'
import { plural } from '~/util/units'
import { whose, type Rule } from './words'

/** Every rule that holds; its name opens what it says. */
export function RulesTable({ rules }: { rules: Rule[] }) {
  const [open, setOpen] = useState<Rule>()
  return (
    <Section title="Rules" note={plural(rules.length, 'rule')}>
      <div className="overflow-x-auto" role="region" aria-label="Rules that hold" tabIndex={0}>
        <table className="num w-full min-w-[34rem] table-fixed" aria-label="Rules">
          <thead className="text-left text-xs text-meta">
            <tr className="[&>th]:pr-3 [&>th]:pb-1 [&>th]:font-normal"><th scope="col" className="w-[28%]">Rule</th><th scope="col">What it is for</th><th scope="col" className="w-28">Whose</th><th scope="col" className="w-16 text-right">Tests</th></tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={`${rule.source} ${rule.name}`} className="border-t border-line align-top [&>*]:py-1.5 [&>*]:pr-3">
                <th scope="row" className="text-left font-normal"><button type="button" className="max-w-full text-left text-accent underline-offset-2 hover:underline" onClick={() => setOpen(rule)}><Text wrap>{rule.name}</Text></button></th>
                <td className="break-words text-dim"><Text wrap>{rule.description || 'Its author does not say'}</Text></td>
                <td>{whose(rule.source)}</td>
                <td className="text-right">{rule.tests}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Sheet open={open !== undefined} onOpenChange={(on) => { if (!on) setOpen(undefined) }} title={open?.name ?? ''} description={open && `${open.path}, ${whose(open.source)}`} className="md:w-[min(48rem,100vw)]" onlyText>
        {open && <pre className="font-mono text-xs break-words whitespace-pre-wrap" dir="ltr">{visibleLines(open.text)}</pre>}
      </Sheet>
    </Section>
  )
}

/** Lines and tabs stay; anything else that hides is shown as what it is. */
const visibleLines = (text: string) => text.split('\n').map((line) => line.split('\t').map(visible).join('\t')).join('\n')
