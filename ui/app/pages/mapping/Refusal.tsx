import type { ApiError } from '~/api/errors'
import { ErrorState } from '~/components/States'
import { StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'

/** Mistakes of rules, each with the rule or example that it is in. */
export function Refusal({ error }: { error: ApiError }) {
  if (error.code !== 'invalid_mapping') return <ErrorState compact error={error} />
  return (
    <ol className="grid" aria-label="Mistakes">
      {error.fields.map((problem, at) => (
        <li key={at} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 border-b border-line py-2 last:border-0">
          <StateGlyph state="critical" className="mt-1" />
          <div className="grid gap-0.5">
            <p><Text wrap>{problem.detail}</Text></p>
            {problem.hint && <p className="text-xs text-meta"><Text wrap>{problem.hint}</Text></p>}
            <p className="text-xs text-meta"><code className="break-all">{problem.path}</code></p>
          </div>
        </li>
      ))}
    </ol>
  )
}
