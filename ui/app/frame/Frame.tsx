import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { follow } from '~/api/live'
import { useMe } from '~/api/perms'
import { ErrorState } from '~/components/States'
import { useAsOf } from '~/state/as-of'
import { FollowsScope, useScope } from '~/state/scope'
import { Announcer } from './Announcer'
import { HelpOverlay } from './HelpOverlay'
import { NoticeBar } from './NoticeBar'
import { Palette } from './Palette'
import { BottomBar, Rail } from './Rail'
import { ScopeNote } from './ScopeNote'
import { StaleBanner } from './StaleBanner'
import { TopBar } from './TopBar'
import { useShortcuts } from './shortcuts'

/** Rail, bar, page. It asks who is there before it shows anything. */
export function Frame() {
  const me = useMe()
  const asOf = useAsOf()
  const queries = useQueryClient()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const signedIn = me.data !== undefined
  useEffect(() => (signedIn ? follow(queries) : undefined), [signedIn, queries])
  useShortcuts({ palette: () => setPalette(true), help: () => setHelp(true) })
  // What is known stays on the screen when the server goes away; only a start without it is an error page.
  if (me.error && !me.data && me.error.status !== 401) return <main className="p-6"><ErrorState error={me.error} retry={() => void me.refetch()} /></main>
  if (!me.data) return <main aria-busy className="h-dvh" />
  return (
    <div className="grid h-dvh grid-cols-[auto_minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)_auto] max-md:grid-cols-1 print:block print:h-auto">
      {asOf && <div aria-hidden className="pointer-events-none fixed inset-0 z-30 border-2 border-past" />}
      <SkipLink />
      <Rail />
      <TopBar onPalette={() => setPalette(true)} onHelp={() => setHelp(true)} />
      <Main />
      <BottomBar />
      <div className="pointer-events-none fixed inset-x-0 bottom-4 z-30 grid justify-items-center gap-2 px-3 max-md:bottom-16" data-chrome>
        <StaleBanner />
        <NoticeBar />
      </div>
      <Palette open={palette} onOpenChange={setPalette} onHelp={() => setHelp(true)} />
      <HelpOverlay open={help} onOpenChange={setHelp} />
      <Announcer />
    </div>
  )
}

function SkipLink() {
  const skip = () => document.getElementById('main')?.focus()
  return <button type="button" onClick={skip} className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2 focus:shadow-pop">Skip to content</button>
}

/** The heading takes the focus when the page changes, not when its filters do. */
function Main() {
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? state.location.pathname })
  const scoped = useRouterState({ select: (state) => state.matches.at(-1)?.staticData.scoped ?? false })
  const [scope] = useScope()
  const first = useRef(true)
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    document.querySelector<HTMLElement>('main h1')?.focus()
  }, [pathname])
  return (
    <main id="main" tabIndex={-1} className="relative min-h-0 overflow-y-auto outline-none md:col-start-2">
      <div className="mx-auto flex h-full max-w-[1600px] flex-col px-6 max-md:px-3">
        {scope && <ScopeNote scope={scope} scoped={scoped} />}
        <FollowsScope value={scoped ? 'asks' : 'ignores'}><Outlet /></FollowsScope>
      </div>
    </main>
  )
}
