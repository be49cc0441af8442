import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useCan, useMe } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Confirm } from '~/components/Confirm'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button, IconButton } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { Invite, SignInLink } from './Invite'
import { Mark } from './Mark'

export type Member = components['schemas']['Member']
export const ROLES = ['viewer', 'operator', 'engineer', 'admin'] as const
export type Role = (typeof ROLES)[number]
const SHOWN_MAX = 200

export function Members() {
  const members = useApi('/api/v1/rbac/members', { query: { limit: SHOWN_MAX } })
  const may = useCan('member:manage')
  const [adding, setAdding] = useState(false)
  const [linking, setLinking] = useState<Member>()
  const [removing, setRemoving] = useState<Member>()
  const data = members.data
  const added = (member: Member) => { setAdding(false); setLinking(member) }
  return (
    <Section title="Members" note={data && plural(data.total ?? data.items.length, 'member')} actions={<Button disabledReason={may.reason} onClick={() => setAdding(true)}>Invite</Button>}>
      {members.error && !data ? <ErrorState error={members.error} retry={() => void members.refetch()} />
        : !data ? <SkeletonRows rows={3} />
          : <Table members={data.items} link={setLinking} remove={setRemoving} />}
      {data?.next_cursor && <p className="py-2 text-xs text-meta">The first {SHOWN_MAX} are shown; <code>qlrf org members</code> lists all.</p>}
      {adding && <Invite close={() => setAdding(false)} done={added} />}
      {linking && <SignInLink member={linking} close={() => setLinking(undefined)} />}
      {removing && <Removal member={removing} close={() => setRemoving(undefined)} />}
    </Section>
  )
}

interface TableProps { members: Member[]; link: (member: Member) => void; remove: (member: Member) => void }

function Table({ members, link, remove }: TableProps) {
  const may = useCan('member:manage')
  const mayMarked = useCan('installation:manage')
  const me = useMe().data
  // Who runs the installation is not stood in for, demoted or removed by somebody who does not.
  const reason = (member: Member) => may.reason ?? (member.installation ? mayMarked.reason : undefined)
  return (
    <table className="num w-full">
      <caption className="sr-only">Members</caption>
      <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col">Login</th><th scope="col">Role</th><th scope="col" className="max-sm:hidden">Added</th><th scope="col"><span className="sr-only">Actions</span></th></tr></thead>
      <tbody>
        {members.map((member) => (
          <tr key={member.id} className="h-10 border-t border-line [&>*]:py-1">
            <th scope="row" className="max-w-52 truncate text-left font-normal max-sm:max-w-28"><Text>{member.login}</Text>{member.id === me?.id && <span className="ml-2 text-xs text-meta">you</span>}{member.installation && <span className="block text-xs text-meta">runs the installation</span>}</th>
            <td><RoleChoice member={member} reason={reason(member)} /></td>
            <td className="text-dim max-sm:hidden"><RelativeTime at={member.added_at} /></td>
            <td className="text-right whitespace-nowrap max-sm:max-w-24 max-sm:whitespace-normal">
              <Button kind="quiet" disabledReason={reason(member)} onClick={() => link(member)} aria-label={`Sign-in link for ${member.login}`}><span className="max-sm:hidden">Sign-in link</span><span className="sm:hidden">Link</span></Button>
              <Mark member={member} />
              <IconButton label={`Remove ${member.login}`} disabledReason={reason(member)} onClick={() => remove(member)}><Trash2 /></IconButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function RoleChoice({ member, reason }: { member: Member; reason?: string }) {
  const send = useSend('patch', '/api/v1/rbac/members/{id}', ['rbac', 'users'])
  const change = (role: Role) => send.mutate({ path: { id: member.id }, body: { role } }, { onSuccess: () => announce(`${member.login} is ${role} now`) })
  if (reason) return <span title={reason}>{member.role}</span>
  return (
    <>
      <Select aria-label={`Role of ${member.login}`} value={(send.isPending && send.variables.body?.role) || member.role} onChange={(event) => change(event.target.value as Role)} options={ROLES.map((role) => [role, role] as const)} />
      {send.error && <ErrorState compact error={send.error} />}
    </>
  )
}

function Removal({ member, close }: { member: Member; close: () => void }) {
  const send = useSend('delete', '/api/v1/rbac/members/{id}', ['rbac'])
  return (
    <Confirm open onOpenChange={(on) => { if (!on) close() }} title="Remove a member" action="Remove" danger typed={member.login} pending={send.isPending} error={send.error}
      onConfirm={() => send.mutate({ path: { id: member.id } }, { onSuccess: close })}>
      <p className="text-dim"><Text>{member.login}</Text> leaves the organisation, and open sessions of theirs end at once. What they did stays in the audit trail.</p>
    </Confirm>
  )
}
