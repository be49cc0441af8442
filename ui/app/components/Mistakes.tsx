import type { ApiError } from '~/api/errors'
import { StateGlyph } from '~/ui/State'
import { Text } from '~/ui/Text'
import { ErrorState } from './States'

/** Why a document was refused: every mistake with its place. Anything but the code of such a refusal is told as an error. */
export function Mistakes({ error, code }: { error: ApiError; code: string }) {
  if (error.code !== code) return <ErrorState compact error={error} />
  return (
    <ol className="grid" aria-label="Mistakes">
      {error.fields.map((problem, at) => (
        <li key={at} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 border-b border-line py-2 last:border-0">
          <StateGlyph state="critical" className="mt-1" />
          <div className="grid gap-0.5">
            <p><Text wrap>{problem.detail}</Text></p>
            {problem.hint && <p className="text-xs text-meta"><Text wrap>{problem.hint}</Text></p>}
            <p className="num text-xs text-meta">{problem.line != null && `line ${problem.line}, column ${problem.column ?? 1} `}<code className="break-all">{problem.path}</code></p>
          </div>
        </li>
      ))}
    </ol>
  )
}
