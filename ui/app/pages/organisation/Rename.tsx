import { useState, type FormEvent } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'

const NAME_MAX = 200

export function Rename({ name }: { name: string }) {
  const may = useCan('organization:manage')
  const [text, setText] = useState(name)
  const send = useSend('patch', '/api/v1/organization', ['organization', 'users'])
  const reason = may.reason ?? (text.trim() === '' ? 'A name has at least one character' : text === name ? 'Nothing was changed' : send.isPending ? 'Being saved' : undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) send.mutate({ body: { name: text } }, { onSuccess: () => announce('Renamed') })
  }
  return (
    <form onSubmit={submit} className="grid max-w-xl gap-2">
      <div className="flex items-end gap-2">
        <div className="grow"><Field id="organisation-name" label="New name"><Input id="organisation-name" maxLength={NAME_MAX} value={text} readOnly={!may.may} onChange={(event) => setText(event.target.value)} /></Field></div>
        <Button type="submit" disabledReason={reason}>Rename</Button>
      </div>
      {send.error && <ErrorState compact error={send.error} />}
    </form>
  )
}
