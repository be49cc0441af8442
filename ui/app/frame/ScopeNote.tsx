import { Text } from '~/ui/Text'
import type { Scope } from '~/state/scope'

/** Said at the top of the page, so that no number is read for what it is not. */
export function ScopeNote({ scope, scoped }: { scope: Scope; scoped: boolean | string }) {
  const name = [scope.project && `project ${scope.project}`, scope.env && `environment ${scope.env}`].filter(Boolean).join(', ')
  return (
    <p role="note" className={`mt-2 shrink-0 border-l-2 pl-3 text-dim ${scoped ? 'border-accent' : 'border-line-strong'}`}>
      {scoped ? <>Only <Text className="text-text">{name}</Text>.{typeof scoped === 'string' && ` ${scoped}`}</> : <>Not narrowed to <Text className="text-text">{name}</Text>: this page speaks of the whole organisation.</>}
    </p>
  )
}
