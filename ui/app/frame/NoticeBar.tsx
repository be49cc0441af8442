import { useRouterState } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { momentOf } from '~/state/as-of'
import { notify, useNotice } from '~/state/notice'
import { IconButton } from '~/ui/Button'

/** Over the page, so that nothing moves: what the last action brought, until it is closed or another page is opened. */
export function NoticeBar() {
  const notice = useNotice()
  const place = useRouterState({ select: (state) => state.location.pathname + (momentOf(state.location.search as Record<string, unknown>) ?? '') })
  useEffect(() => () => notify(undefined), [place])
  return (
    <div role="status" aria-label="Result" className="flex max-w-full justify-center">
      {notice && (
        <div className="num pointer-events-auto flex max-w-full items-center gap-x-3 rounded-md bg-surface py-1 pr-1 pl-3 shadow-pop">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">{notice}</div>
          <IconButton label="Close the message" onClick={() => notify(undefined)}><X /></IconButton>
        </div>
      )}
    </div>
  )
}
