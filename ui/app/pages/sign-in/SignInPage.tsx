import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useState, type FormEvent } from 'react'
import { useSend } from '~/api/query'
import { Mark } from '~/frame/Rail'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'
import { StateBadge } from '~/ui/State'
import { Command } from '~/ui/Text'
import { ownAddress, path } from '~/util/path-builder'

const read = (raw: RawSearch) => ({
  link: raw.link && /^[\w-]{43}$/.test(raw.link) ? raw.link : undefined,
  next: ownAddress(raw.next) ?? path.overview(),
})

export default function SignInPage() {
  const [{ link, next }] = useUrl(read)
  const router = useRouter()
  const queries = useQueryClient()
  const send = useSend('post', '/sign-in', [])
  useEffect(() => {
    document.title = 'Sign in · QL-RF'
  }, [])
  const enter = (body: { link?: string; login?: string; password?: string }) =>
    send.mutate({ body }, {
      onSuccess: () => {
        queries.clear()
        router.history.replace(next)
      },
    })
  const problem = send.error?.message
  return (
    <main className="mx-auto grid min-h-dvh max-w-88 content-center gap-5 px-4 pb-[15vh]">
      <h1 className="flex items-center gap-2.5 text-lg font-semibold"><Mark />Sign in to QL-RF</h1>
      {next !== path.overview() && !link && !problem && <StateBadge state="stale">Sign in to go on where you were</StateBadge>}
      {problem && <p role="alert" className="text-critical">{problem.charAt(0).toUpperCase() + problem.slice(1)}{send.error?.hint && <span className="block text-dim">{send.error.hint}</span>}</p>}
      {link && !problem ? <LinkForm busy={send.isPending} onEnter={() => enter({ link })} /> : <PasswordForm busy={send.isPending} onEnter={enter} />}
    </main>
  )
}

/** Opening the link only shows this button: mail scanners open links too, and must not use them up. */
function LinkForm({ busy, onEnter }: { busy: boolean; onEnter: () => void }) {
  return (
    <>
      <Button kind="primary" autoFocus className="h-9! justify-center" disabledReason={busy ? 'Signing in' : undefined} onClick={onEnter}>Sign in</Button>
      <p className="text-xs text-meta">The link works once.</p>
    </>
  )
}

function PasswordForm({ busy, onEnter }: { busy: boolean; onEnter: (body: { login: string; password: string }) => void }) {
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onEnter({ login, password })
  }
  return (
    <>
      <form className="grid gap-3" onSubmit={submit}>
        <Field id="login" label="Login"><Input id="login" className="h-9!" autoComplete="username" required autoFocus value={login} onChange={(event) => setLogin(event.target.value)} /></Field>
        <Field id="password" label="Password"><Input id="password" className="h-9!" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} /></Field>
        <Button type="submit" kind="primary" className="h-9! justify-center" disabledReason={busy ? 'Signing in' : undefined}>Sign in</Button>
      </form>
      <div className="grid gap-1.5 border-t border-line pt-3 text-xs text-meta">
        <p>Without a password: make a link that works once, on the machine of the server.</p>
        <Command>qlrf sign-in-link</Command>
      </div>
    </>
  )
}
