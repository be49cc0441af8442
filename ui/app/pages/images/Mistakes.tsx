import type { RefObject } from 'react'
import type { Problem } from '~/api/errors'
import { Section } from '~/components/Page'
import { StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { offsetOf } from './offset'

interface Props { problems: NonNullable<Problem['errors']>; hint?: string; box: RefObject<HTMLTextAreaElement | null> }

/** Every mistake with its place; the place leads there. */
export function Mistakes({ problems, hint, box }: Props) {
  return (
    <Section title={plural(problems.length, 'mistake')} note="nothing was stored">
      <ol className="grid">
        {problems.map((problem, index) => (
          <li key={index} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 border-b border-line py-2 last:border-0">
            <StateGlyph state="critical" className="mt-1" />
            <div className="grid min-w-0 justify-items-start gap-0.5">
              <p><Text wrap>{problem.detail}</Text></p>
              {problem.hint && <p className="text-dim"><Text wrap>{problem.hint}</Text></p>}
              <p className="num flex flex-wrap items-center gap-x-3 text-xs text-meta">
                {problem.line != null && <button type="button" className="text-accent underline underline-offset-2" onClick={() => goTo(box.current, problem.line ?? 1, problem.column ?? 1)}>line {problem.line}, column {problem.column}</button>}
                {problem.path && <code className="min-w-0 break-all">{problem.path}</code>}
                {problem.code && <code>{problem.code}</code>}
              </p>
            </div>
          </li>
        ))}
      </ol>
      {hint && <p className="pt-2 text-xs text-meta"><Text wrap>{hint}</Text></p>}
    </Section>
  )
}

/** Marks the rest of the line from there and brings it into view. */
function goTo(box: HTMLTextAreaElement | null, line: number, column: number) {
  if (!box) return
  const [from, to] = offsetOf(box.value, line, column)
  box.focus()
  box.setSelectionRange(from, to)
  const height = Number.parseFloat(getComputedStyle(box).lineHeight) || 16
  box.scrollTop = Math.max(0, (line - 4) * height)
}
