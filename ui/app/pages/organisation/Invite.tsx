import { useState, type FormEvent } from 'react'
import { useSend } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, Input, Select } from '~/ui/Field'
import { CopyButton, Text } from '~/ui/Text'
import { ROLES, type Member, type Role } from './Members'

/** A person is added with a role, and then gets a link that works once. */
export function Invite({ close, done }: { close: () => void; done: (member: Member) => void }) {
  const [login, setLogin] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const send = useSend('post', '/api/v1/rbac/members', ['rbac'])
  const reason = login.trim() === '' ? 'Say who first' : send.isPending ? 'Being added' : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) send.mutate({ body: { login: login.trim(), role } }, { onSuccess: done })
  }
  return (
    <Dialog open onOpenChange={(on) => { if (!on) close() }} title="Invite a person">
      <form onSubmit={submit} className="grid gap-4">
        <Field id="invite-login" label="Login" help="1 to 100 of a-z 0-9 . _ @ + -, such as an e-mail address. Nothing is sent to it.">
          <Input id="invite-login" value={login} maxLength={100} autoComplete="off" spellCheck={false} onChange={(event) => setLogin(event.target.value)} />
        </Field>
        <Field id="invite-role" label="Role"><Select id="invite-role" value={role} onChange={(event) => setRole(event.target.value as Role)} options={ROLES.map((each) => [each, each] as const)} /></Field>
        {send.error && <ErrorState compact error={send.error} />}
        <div className="flex justify-end gap-2"><Button onClick={close}>Cancel</Button><Button type="submit" kind="primary" disabledReason={reason}>Add</Button></div>
      </form>
    </Dialog>
  )
}

/** The link is a secret: it is made on request, shown once and kept nowhere. */
export function SignInLink({ member, close }: { member: Member; close: () => void }) {
  const send = useSend('post', '/api/v1/rbac/members/{id}/sign-in-link', [])
  const url = send.data && window.location.origin + send.data.path
  return (
    <Dialog open onOpenChange={(on) => { if (!on) close() }} title="Sign-in link">
      <div className="grid gap-4">
        <p className="text-dim">Whoever opens it signs in as <Text className="text-text">{member.login}</Text>, {member.role}: once, within 15 minutes. Hand it over yourself; it is shown only here.</p>
        {send.error && <ErrorState compact error={send.error} />}
        {url ? (
          <>
            <div className="flex items-center gap-1 rounded-md border border-line bg-sunken pl-2"><code className="min-w-0 grow overflow-x-auto py-1.5 text-xs whitespace-nowrap" tabIndex={0} aria-label="Sign-in link">{url}</code><CopyButton text={url} label="Copy link" /></div>
            {send.data && <p className="text-xs text-meta">Stops working <RelativeTime at={send.data.expires_at} />.</p>}
            <div className="flex justify-end"><Button onClick={close}>Done</Button></div>
          </>
        ) : <div className="flex justify-end gap-2"><Button onClick={close}>Not now</Button><Button kind="primary" disabledReason={send.isPending ? 'Being made' : undefined} onClick={() => send.mutate({ path: { id: member.id } })}>Make a link</Button></div>}
      </div>
    </Dialog>
  )
}
