import type { ReactNode } from 'react'
import { asApiError } from '~/api/errors'
import { Button } from '~/ui/Button'
import { CodeLink } from '~/ui/Link'
import { StateGlyph } from '~/ui/State'
import { Command, Text } from '~/ui/Text'

/** Nothing is there: the next step, and its command line. */
export function EmptyState({ title, children, command, action, compact }: { compact?: boolean; title: string; children?: ReactNode; command?: string; action?: ReactNode }) {
  return (
    <div className={`grid max-w-xl grid-cols-[minmax(0,1fr)] justify-items-start ${compact ? 'gap-1 py-1 text-dim' : 'gap-2 px-4 py-8'}`}>
      <p className={compact ? '' : 'font-semibold'}>{title}</p>
      {children && <div className="text-dim">{children}</div>}
      {action}
      {command && <Command>{command}</Command>}
    </div>
  )
}

/** What happened, why, what to do, and the code that has a page. `told`: fields whose problem stands beside them already. */
export function ErrorState({ error, retry, compact, told = [] }: { error: unknown; retry?: () => void; compact?: boolean; told?: string[] }) {
  const problem = asApiError(error)
  const fields = problem.fields.filter(({ path }) => !told.includes(path))
  const forbidden = problem.status === 403
  return (
    <div role="alert" className={compact ? 'flex flex-wrap items-center gap-x-3 gap-y-1 py-2' : 'grid max-w-xl grid-cols-[minmax(0,1fr)] justify-items-start gap-2 px-4 py-8'}>
      <p className="flex items-center gap-2 font-semibold">
        <StateGlyph state={forbidden ? 'unknown' : problem.passing ? 'stale' : 'critical'} />
        <Text wrap>{sentence(forbidden ? 'you may not see this' : problem.message)}</Text>
      </p>
      {problem.hint && <p className="text-dim"><Text wrap>{sentence(problem.hint)}</Text></p>}
      {fields.length > 0 && (
        <ul className="list-disc pl-5 text-dim">
          {fields.map((field) => <li key={field.path + field.detail}><code>{field.path}</code> <Text wrap>{field.detail}</Text></li>)}
        </ul>
      )}
      <p className="flex flex-wrap items-center gap-x-3 text-xs text-meta">
        <CodeLink code={problem.code} help={problem.help} />
        {problem.request && <span>request <code>{problem.request.replace('urn:uuid:', '')}</code></span>}
      </p>
      {retry && <Button onClick={retry}>Try again</Button>}
    </div>
  )
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
