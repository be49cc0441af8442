import { useState, type FormEvent } from 'react'
import { useSend } from '~/api/query'
import { ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'
import { StateBadge } from '~/ui/State'

const LENGTH_MIN = 12
const EMPTY = { old: '', next: '', again: '' }

/** A password that is set ends all other sessions of its owner. */
export function PasswordForm({ person, login }: { person: boolean; login: string }) {
  const [fields, setFields] = useState(EMPTY)
  const send = useSend('put', '/api/v1/users/me/password', [])
  const short = fields.next !== '' && [...fields.next].length < LENGTH_MIN
  const differs = fields.again !== '' && fields.again !== fields.next
  const reason = !person ? 'A token has no password' : !fields.next || !fields.again ? 'Write the new password twice' : short ? `At least ${LENGTH_MIN} characters` : differs ? 'The two differ' : send.isPending ? 'Being set' : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) send.mutate({ body: { new: fields.next, old: fields.old || undefined } }, { onSuccess: () => setFields(EMPTY) })
  }
  const field = (key: keyof typeof EMPTY, id: string) => ({ id, type: 'password', value: fields[key], onChange: (event: { target: { value: string } }) => { setFields({ ...fields, [key]: event.target.value }); if (send.isSuccess) send.reset() } })
  return (
    <form onSubmit={submit} className="grid max-w-sm gap-3">
      <input type="text" name="username" autoComplete="username" value={login} readOnly hidden />
      <Field id="password-old" label="Present password" help="Empty when you have none yet."><Input {...field('old', 'password-old')} autoComplete="current-password" /></Field>
      <Field id="password-new" label="New password" help={`At least ${LENGTH_MIN} characters. All other sessions of yours end.`} problem={short ? `At least ${LENGTH_MIN} characters` : undefined}>
        <Input {...field('next', 'password-new')} autoComplete="new-password" aria-invalid={short || undefined} />
      </Field>
      <Field id="password-again" label="New password again" problem={differs ? 'The two differ' : undefined}>
        <Input {...field('again', 'password-again')} autoComplete="new-password" aria-invalid={differs || undefined} />
      </Field>
      {send.error && <ErrorState compact error={send.error} />}
      <div className="flex items-center gap-3"><Button type="submit" disabledReason={reason}>Set the password</Button><span role="status">{send.isSuccess && <StateBadge state="ok">Set</StateBadge>}</span></div>
    </form>
  )
}
