import { useRouter } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { useAsOf } from '~/state/as-of'
import { useLedScope, withScope } from '~/state/scope'
import { ownAddress } from '~/util/path-builder'

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** From `path-builder.ts`. */
  to: string
}

/** The moment that the frame shows travels along, so that a drill-down stays in the past. */
export function withAsOf(to: string, asOf: string | undefined): string {
  if (!asOf || to.includes('as_of=') || to.startsWith('/sign-in')) return to
  return `${to}${to.includes('?') ? '&' : '?'}as_of=${asOf}`
}

/** So does the scope, from a page that follows it. */
function useCarry() {
  const asOf = useAsOf()
  const scope = useLedScope()
  return (to: string) => withScope(withAsOf(to, asOf), scope)
}

export function useGo() {
  const router = useRouter()
  const carry = useCarry()
  return (to: string) => router.history.push(carry(to))
}

/** To an address that somebody kept: it has a scope of its own. */
export function useGoKept() {
  const router = useRouter()
  const asOf = useAsOf()
  return (to: string) => {
    const own = ownAddress(to)
    if (own) router.history.push(withAsOf(own, asOf))
  }
}

export function Link({ to, onClick, ...rest }: Props) {
  const go = useGo()
  const href = useCarry()(to)
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (event.defaultPrevented || !plain || rest.target === '_blank') return
    event.preventDefault()
    go(to)
  }
  return <a href={href} onClick={follow} {...rest} />
}

export const LINK = 'text-text underline decoration-line-strong underline-offset-[3px] hover:decoration-accent hover:text-accent'

/** A page of the server itself, outside this application: what a code means and what to do. */
export const HelpLink = ({ to, children }: { to: string; children: React.ReactNode }) =>
  <a href={to} target="_blank" rel="noopener" className={LINK}>{children}<span className="sr-only"> (what it means, in another tab)</span></a>

/** The page that says what the code means and what to do. */
export function CodeLink({ code, help }: { code: string; help?: string | null }) {
  const word = <code className="break-all">{code}</code>
  return help ? <HelpLink to={help}>{word}</HelpLink> : word
}

/** Out of this application: https only, in a tab of its own that cannot reach back and is not told from where. */
export function ExternalLink({ href, children }: { href: string; children: React.ReactNode }) {
  if (!href.startsWith('https://')) return <span>{children}</span>
  return <a href={href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" className={LINK}>{children}<span aria-hidden> ↗</span><span className="sr-only"> (opens another site)</span></a>
}
