import { ShieldCheck, ShieldOff } from 'lucide-react'
import { useState } from 'react'
import { useCan, useMe } from '~/api/perms'
import { useSend } from '~/api/query'
import { Confirm } from '~/components/Confirm'
import { announce } from '~/state/announce'
import { IconButton } from '~/ui/Button'
import { Text } from '~/ui/Text'
import type { Member } from './Members'

/** Who runs the installation acts for all its organisations: feeds, and this mark. */
export function Mark({ member }: { member: Member }) {
  const may = useCan('installation:manage')
  const me = useMe().data
  const [open, setOpen] = useState(false)
  const change = useSend('patch', '/api/v1/rbac/members/{id}', ['rbac', 'users'])
  const give = !member.installation
  const words = give ? `Let ${member.login} run the installation` : `Take the installation from ${member.login}`
  const done = () => {
    announce(give ? `${member.login} runs the installation now` : `${member.login} no longer runs the installation`)
    setOpen(false)
  }
  return (
    <>
      <IconButton label={words} disabledReason={may.reason} onClick={() => setOpen(true)}>{give ? <ShieldCheck /> : <ShieldOff />}</IconButton>
      <Confirm open={open} onOpenChange={setOpen} title={give ? 'Let somebody run the installation' : 'Take the installation from somebody'} action={give ? 'Give the mark' : 'Take the mark'} danger={!give} typed={member.login}
        pending={change.isPending} error={change.error} onConfirm={() => change.mutate({ path: { id: member.id }, body: { installation: give } }, { onSuccess: done })}>
        <p className="text-dim">
          {give ? <><Text>{member.login}</Text> may then change what concerns every organisation of the installation, such as feeds, as far as their role goes, and give the mark to others.</>
            : <><Text>{member.login}</Text> keeps the role in this organisation, and no longer changes what concerns the others.</>}
          {' '}Their open sessions and unused sign-in links end{member.id === me?.id ? ': you are signed out' : ''}.
        </p>
      </Confirm>
    </>
  )
}
