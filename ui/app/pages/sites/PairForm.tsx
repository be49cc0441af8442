import { useState, type FormEvent } from 'react'
import { useSend } from '~/api/query'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, Select } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { Text, visible } from '~/ui/Text'
import { useSites } from './cells'

const ROLES = [['primary', 'Carries the work'], ['secondary', 'Takes it over']] as const

/** Which site stands in for this one: only those that are declared and free. */
export function PairForm({ site, close }: { site: string; close: () => void }) {
  const sites = useSites()
  const free = sites.data?.sites.flatMap(({ site: name, declared, pair }) => (name && declared && !pair && name !== site ? [name] : []))
  return (
    <Dialog open onOpenChange={(on) => { if (!on) close() }} title={`Pair ${visible(site.slice(0, 80))}`}>
      {sites.error ? <ErrorState compact error={sites.error} retry={() => void sites.refetch()} />
        : !free ? <SkeletonRows rows={2} />
          : free.length === 0 ? <p className="text-dim">No other declared site is free. Declare the one that stands in for <Text>{site}</Text> first.</p>
            : <Form site={site} free={free} close={close} />}
    </Dialog>
  )
}

function Form({ site, free, close }: { site: string; free: string[]; close: () => void }) {
  const [chosen, setChosen] = useState(free[0] ?? '')
  const [role, setRole] = useState<string>('primary')
  const send = useSend('put', '/api/v1/sites/{site}/pair')
  const reason = send.isPending ? 'Being paired' : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) send.mutate({ path: { site }, body: { with: chosen, role } }, { onSuccess: () => { announce(`${site} and ${chosen} are a pair`); close() } })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field id="pair-with" label="With"><Select id="pair-with" value={chosen} options={free.map((name) => [name, visible(name.slice(0, 80))] as const)} onChange={(event) => setChosen(event.target.value)} /></Field>
      <Field id="pair-role" label={`When all is well, ${visible(site.slice(0, 80))}`}><Select id="pair-role" value={role} options={ROLES} onChange={(event) => setRole(event.target.value)} /></Field>
      {send.error && <ErrorState compact error={send.error} />}
      <div className="flex justify-end gap-2"><Button onClick={close}>Cancel</Button><Button type="submit" kind="primary" disabledReason={reason}>Pair</Button></div>
    </form>
  )
}
