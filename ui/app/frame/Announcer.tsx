import { useRouterState } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useState } from 'react'
import { onAnnounce } from '~/state/announce'
import { visible } from '~/ui/Text'

/** Titles the document and tells a screen reader what changed: routes, counts, results. */
export function Announcer() {
  const title = useRouterState({ select: (state) => state.matches.at(-1)?.staticData.title ?? 'QL-RF' })
  const [text, setText] = useState('')
  const [told, setTold] = useState(title)
  // A new page is told even after a list told its count.
  if (told !== title) {
    setTold(title)
    setText('')
  }
  useEffect(() => {
    onAnnounce(setText)
    return () => onAnnounce(undefined)
  }, [])
  // A page of one thing titles itself with its name, in an effect that runs after this one.
  useLayoutEffect(() => {
    document.title = `${title} · QL-RF`
  }, [title])
  return <div role="status" aria-live="polite" className="sr-only">{text || title}</div>
}

/** For pages whose title is the name of what they show. */
export function useTitle(title: string | undefined) {
  useEffect(() => {
    if (title) document.title = `${visible(title.slice(0, 80))} · QL-RF`
  }, [title])
}
