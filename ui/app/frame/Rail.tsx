import { useIsFetching } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { Menu as MenuIcon, PanelLeft } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useMe } from '~/api/perms'
import { PAGES } from '~/pages'
import { IconButton } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { Link } from '~/ui/Link'
import { Tooltip } from '~/ui/Tooltip'
import { cx } from '~/util/class'

const BOTTOM_MAX = 4

/** The pages that this role may read. */
export function useOffered() {
  const permissions = new Set(useMe().data?.permissions)
  return PAGES.flatMap((page) => (page.rail && permissions.has(page.permission) ? [{ ...page, rail: page.rail }] : []))
}

const useHere = () => {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  return (to: string) => (to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`))
}

/**
 * The code of the other pages comes once this one has its answers and while nothing else is to do: the first visit of each
 * waits for data alone.
 */
function CodeAhead({ pages }: { pages: { load: () => Promise<unknown> }[] }) {
  const busy = useIsFetching() > 0
  const done = useRef(false)
  const idle = !busy && pages.length > 0
  useEffect(() => {
    if (!idle || done.current || !('requestIdleCallback' in window)) return
    const left = pages.map((page) => page.load)
    let asked = 0
    let stopped = false
    const next = () => {
      if (stopped) return
      const load = left.shift()
      done.current = !load
      if (load) asked = requestIdleCallback(() => void load().then(next, () => undefined))
    }
    next()
    return () => {
      stopped = true
      cancelIdleCallback(asked)
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the pages follow from the role: they come once and stay
  }, [idle])
  return null
}

export function Rail() {
  const pages = useOffered()
  const here = useHere()
  const [narrow, setNarrow] = useState(false)
  return (
    <nav aria-label="Pages" data-chrome className={cx('row-span-2 flex flex-col border-r border-line bg-sunken max-md:hidden', narrow ? 'w-12' : 'w-44')}>
      <CodeAhead pages={pages} />
      <div className="flex h-11 items-center gap-2 border-b border-line px-3">
        <Mark />{!narrow && <span className="font-semibold">QL-RF</span>}
      </div>
      <ul className="grow overflow-y-auto p-1.5">
        {pages.map(({ route, title, rail, load }) => {
          // Its code is there by the time of the click.
          const fetchCode = () => void load()
          const link = (
            <Link to={rail.to} onPointerEnter={fetchCode} onFocus={fetchCode} aria-current={here(rail.to) ? 'page' : undefined} aria-label={narrow ? title : undefined}
              className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-dim hover:bg-hover hover:text-text aria-[current=page]:bg-accent-weak aria-[current=page]:text-text">
              <rail.icon className="size-4 shrink-0" />{!narrow && title}
            </Link>
          )
          return <li key={route}>{narrow ? <Tooltip text={title} side="right">{link}</Tooltip> : link}</li>
        })}
      </ul>
      <div className="border-t border-line p-1.5">
        <IconButton label={narrow ? 'Widen the rail' : 'Narrow the rail'} onClick={() => setNarrow(!narrow)}><PanelLeft /></IconButton>
      </div>
    </nav>
  )
}

/** On a phone: four pages and the rest in a sheet. */
export function BottomBar() {
  const pages = useOffered()
  const here = useHere()
  const [open, setOpen] = useState(false)
  const item = 'flex h-13 w-full flex-col items-center justify-center gap-0.5 text-xs text-dim aria-[current=page]:text-accent'
  return (
    <nav aria-label="Pages" data-chrome className="border-t border-line bg-sunken md:hidden">
      <ul className="grid auto-cols-fr grid-flow-col">
        {pages.slice(0, BOTTOM_MAX).map(({ route, title, rail }) => (
          <li key={route}><Link to={rail.to} aria-current={here(rail.to) ? 'page' : undefined} className={item}><rail.icon className="size-5" />{title}</Link></li>
        ))}
        {pages.length > BOTTOM_MAX && <li><button type="button" className={item} onClick={() => setOpen(true)}><MenuIcon className="size-5" />More</button></li>}
      </ul>
      <Sheet open={open} onOpenChange={setOpen} title="Pages">
        <ul>{pages.slice(BOTTOM_MAX).map(({ route, title, rail }) => (
          <li key={route}><Link to={rail.to} onClick={() => setOpen(false)} className="flex h-11 items-center gap-3"><rail.icon className="size-4" />{title}</Link></li>
        ))}</ul>
      </Sheet>
    </nav>
  )
}

export const Mark = () => (
  <svg viewBox="0 0 16 16" aria-hidden className="size-5 shrink-0 text-accent">
    <rect x="1" y="1" width="14" height="14" rx="2.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
    <path d="M8 1v14H3.5A2.5 2.5 0 0 1 1 12.500V3.500A2.500 2.500 0 0 1 3.500 1z" fill="currentColor" />
  </svg>
)
