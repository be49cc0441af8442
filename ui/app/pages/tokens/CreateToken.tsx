import { KeyRound } from 'lucide-react'
import { useId, useState } from 'react'
import { useCan, useMe } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Checkbox, Field, Input, Select } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { CopyButton } from '~/ui/Text'
import { plural } from '~/util/units'

const ROLES = ['viewer', 'operator', 'engineer', 'admin'] as const
type Role = (typeof ROLES)[number]
const [DAYS_MIN, DAYS_MAX, DAYS_USUAL] = [1, 366, 90]

const read = (raw: RawSearch) => ({ create: raw.create })

export function CreateToken() {
  const may = useCan('token:manage')
  const [url, set] = useUrl(read)
  const open = url.create === '1' && may.may
  const setOpen = (on: boolean) => set({ create: on ? '1' : undefined }, { replace: !on })
  const create = useSend('post', '/api/v1/rbac/tokens')
  const start = () => {
    create.reset()
    setOpen(true)
  }
  // A secret that was not copied yet is not lost by a click beside the dialog.
  const change = (next: boolean) => { if (next || !create.data) setOpen(next) }
  return (
    <>
      <Button kind="primary" icon={<KeyRound />} disabledReason={may.reason} onClick={start}>Create token</Button>
      <Dialog open={open} onOpenChange={change} title={create.data ? 'Copy the secret now' : 'Create token'}>
        {create.data ? <Secret secret={create.data.secret} expires={create.data.token.expires_at} onDone={() => { setOpen(false); create.reset() }} /> : <Form create={create} onCancel={() => setOpen(false)} />}
      </Dialog>
    </>
  )
}

type Create = ReturnType<typeof useSend<'post', '/api/v1/rbac/tokens'>>

function Form({ create, onCancel }: { create: Create; onCancel: () => void }) {
  const me = useMe()
  const id = useId()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [days, setDays] = useState(String(DAYS_USUAL))
  const [scopes, setScopes] = useState<string[]>([])
  const [installation, setInstallation] = useState(false)
  const allowed = ROLES.slice(0, ROLES.indexOf((me.data?.role ?? 'viewer') as Role) + 1)
  const span = Number(days)
  const wrong = Number.isInteger(span) && span >= DAYS_MIN && span <= DAYS_MAX ? undefined : `A whole number from ${DAYS_MIN} to ${DAYS_MAX}`
  const problem = (field: string) => create.error?.fields.find((each) => each.path.includes(field))?.detail
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    create.mutate({ body: { name: name.trim(), role, expires_in_days: span, installation, scopes: scopes.length > 0 ? scopes : undefined } })
  }
  const blocked = create.isPending ? 'The token is being made' : !name.trim() ? 'Say what it is for' : wrong
  return (
    <form onSubmit={send} className="grid gap-3">
      <Field id={`${id}n`} label="Name" help="What it is for." problem={problem('name')}><Input id={`${id}n`} value={name} maxLength={100} autoComplete="off" onChange={(event) => setName(event.target.value)} /></Field>
      <div className="grid grid-cols-2 gap-3">
        <Field id={`${id}r`} label="Role" help="Not above your own." problem={problem('role')}><Select id={`${id}r`} value={role} onChange={(event) => { setRole(event.target.value as Role); setScopes([]) }} options={allowed.map((each) => [each, each] as const)} /></Field>
        <Field id={`${id}d`} label="Valid for, days" help={`${DAYS_MIN} to ${DAYS_MAX}`} problem={wrong ?? problem('expires')}><Input id={`${id}d`} inputMode="numeric" value={days} aria-invalid={wrong ? true : undefined} onChange={(event) => setDays(event.target.value)} /></Field>
      </div>
      {me.data?.installation && <Checkbox label="It may do what concerns all organisations of the installation, such as importing feeds" checked={installation} onChange={(on) => { setInstallation(on); setScopes([]) }} />}
      <Scopes role={role} marked={installation} chosen={scopes} onChange={setScopes} />
      {create.error && <ErrorState compact error={create.error} />}
      <div className="flex justify-end gap-2"><Button onClick={onCancel}>Cancel</Button><Button kind="primary" type="submit" disabledReason={blocked}>Create</Button></div>
    </form>
  )
}

/** None chosen: all of the role. */
function Scopes({ role, marked, chosen, onChange }: { role: Role; marked: boolean; chosen: string[]; onChange: (scopes: string[]) => void }) {
  const roles = useApi('/api/v1/rbac/roles')
  if (roles.error) return <ErrorState compact error={roles.error} retry={() => void roles.refetch()} />
  if (!roles.data) return <SkeletonRows rows={4} />
  const found = roles.data.find((each) => each.name === role)
  const permissions = [...(found?.permissions ?? []), ...(marked ? found?.installation_permissions ?? [] : [])]
  const toggle = (permission: string, on: boolean) => onChange(on ? [...chosen, permission] : chosen.filter((each) => each !== permission))
  return (
    <fieldset className="rounded-md border border-line px-3 pb-3">
      <legend className="px-1 text-xs text-dim">May do <span className="num text-meta">{chosen.length === 0 ? `all ${plural(permissions.length, 'permission')} of ${role}` : `only ${plural(chosen.length, 'permission')} of ${permissions.length}`}</span></legend>
      <div className="grid max-h-48 grid-cols-2 gap-x-1 overflow-y-auto [&>label]:min-h-7 max-sm:grid-cols-1">{permissions.map((each) => <Checkbox key={each} label={each} checked={chosen.includes(each)} onChange={(on) => toggle(each, on)} />)}</div>
    </fieldset>
  )
}

/** The one moment in which it can be read. */
function Secret({ secret, expires, onDone }: { secret: string; expires: string; onDone: () => void }) {
  return (
    <div className="grid gap-3">
      <p><StateBadge state="warning">It is not stored and cannot be shown again</StateBadge></p>
      <p className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken p-2"><code aria-label="Secret" className="min-w-0 grow text-xs break-all">{secret}</code><CopyButton text={secret} label="Copy secret" /></p>
      <p className="text-dim">Send it as <code>Authorization: Bearer …</code>, or give it to the command line as <code>QLRF_TOKEN</code>. It expires <RelativeTime at={expires} />.</p>
      <div className="flex justify-end"><Button kind="primary" onClick={onDone}>I have copied it</Button></div>
    </div>
  )
}
