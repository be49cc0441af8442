import { useState } from 'react'
import type { components } from '~/api/generated/schema'
import { useApi, useSend } from '~/api/query'
import { Confirm } from '~/components/Confirm'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, Unknown } from '~/ui/State'
import { visible } from '~/ui/Text'
import { browserOf } from '~/util/browser'
import { plural } from '~/util/units'

type Session = components['schemas']['OwnSession']

/** The server's own bound: the newest of them. */
const LISTED_MAX = 100

/** Every browser that is signed in as this person. From which address is not kept. */
export function Sessions() {
  const sessions = useApi('/api/v1/users/me/sessions')
  const data = sessions.data
  const others = data?.filter((each) => !each.current) ?? []
  const [asking, setAsking] = useState(false)
  return (
    <Section title="Sessions" note={data && (data.length < LISTED_MAX ? plural(data.length, 'open session') : `the newest ${LISTED_MAX}`)}
      actions={data && <Button disabledReason={others.length === 0 ? 'There is no other' : undefined} onClick={() => setAsking(true)}>End all others</Button>}>
      {sessions.error && !data ? <ErrorState compact error={sessions.error} retry={() => void sessions.refetch()} />
        : !data ? <SkeletonRows rows={2} /> : (
          <table className="num w-full">
            <caption className="sr-only">Your sessions</caption>
            <thead className="text-left text-xs text-meta"><tr className="[&>th]:pr-3 [&>th]:pb-1 [&>th]:font-normal"><th scope="col">Browser</th><th scope="col">Last used</th><th scope="col" className="max-md:hidden">Signed in</th><th scope="col" className="max-md:hidden">Ends</th><th scope="col"><span className="sr-only">Action</span></th></tr></thead>
            <tbody>{data.map((each) => <Line key={each.id} session={each} />)}</tbody>
          </table>
        )}
      <p className="pt-2 text-xs text-meta">A browser is shown as it names itself, and its last use to five minutes; from which address is not kept. End what you do not recognise, and set a new password.</p>
      {asking && <EndOthers others={others} close={() => setAsking(false)} />}
    </Section>
  )
}

const useEnd = () => useSend('delete', '/api/v1/users/me/sessions/{id}', ['users'])

function Line({ session }: { session: Session }) {
  const end = useEnd()
  const browser = browserOf(session.user_agent)
  return (
    <tr className="h-9 border-t border-line">
      <th scope="row" className="pr-3 text-left font-normal" title={session.user_agent ? visible(session.user_agent) : undefined}>{browser ?? <Unknown why="It did not name itself when it signed in" />}</th>
      <td className="pr-3">{session.used_at ? <RelativeTime at={session.used_at} /> : <span className="text-meta">not yet</span>}</td>
      <td className="pr-3 text-dim max-md:hidden"><RelativeTime at={session.created_at} /></td>
      <td className="pr-3 text-dim max-md:hidden"><RelativeTime at={session.expires_at} /></td>
      <td className="text-right">
        {session.current ? <StateBadge state="ok">this browser</StateBadge>
          : <Button kind="quiet" disabledReason={end.isPending ? 'Being ended' : undefined} onClick={() => end.mutate({ path: { id: session.id } }, { onSuccess: () => announce('The session was ended') })}>End</Button>}
        {end.error && <ErrorState compact error={end.error} />}
      </td>
    </tr>
  )
}

/** One by one: what was ended before an error stays ended, and the list tells what is left. */
function EndOthers({ others, close }: { others: Session[]; close: () => void }) {
  const end = useEnd()
  const [going, setGoing] = useState(false)
  const all = async () => {
    setGoing(true)
    try {
      for (const each of others) await end.mutateAsync({ path: { id: each.id } })
      announce(`${plural(others.length, 'session')} ended`)
      close()
    } catch {
      setGoing(false)
    }
  }
  return (
    <Confirm open onOpenChange={close} title="End all other sessions" action="End them" danger pending={going} error={going ? undefined : end.error} onConfirm={() => void all()}>
      <p className="text-dim">{plural(others.length, 'other browser')} {others.length === 1 ? 'has' : 'have'} to sign in again. This one stays signed in.</p>
    </Confirm>
  )
}
