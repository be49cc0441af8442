import { useState, type FormEvent } from 'react'
import type { components } from '~/api/generated/schema'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { plural } from '~/util/units'

type Times = components['schemas']['SlaTimes']
const HOURS_MAX = 8760
const DAYS_MAX = 3650
const FIELDS = [['critical_hours', 'Critical, hours', HOURS_MAX], ['high_days', 'High or not rated, days', DAYS_MAX], ['medium_days', 'Medium, days', DAYS_MAX], ['low_days', 'Low, days', DAYS_MAX]] as const

/** How long a finding may stay open before it counts as late. */
export function SlaTimes() {
  const sla = useApi('/api/v1/organization/sla')
  const { data } = sla
  return (
    <Section title="Time to fix" note={data && (data.since ? <>set <RelativeTime at={data.since} /></> : 'the product\u2019s own times')}>
      {sla.error && !data ? <ErrorState compact error={sla.error} retry={() => void sla.refetch()} />
        : !data ? <SkeletonRows rows={3} />
          : (
            <div className="grid gap-3">
              <p className="max-w-[72ch] text-dim">From the moment that a vulnerability is known here. {data.contracts > 0 ? `${plural(data.contracts, 'image version')} ${data.contracts === 1 ? 'states times of its own in its contract, which hold' : 'state times of their own in their contracts, which hold'} for the assets that run ${data.contracts === 1 ? 'it' : 'them'}.` : 'No image contract states times of its own.'}</p>
              <Form key={JSON.stringify(data.times)} times={data.times} />
            </div>
          )}
    </Section>
  )
}

function Form({ times }: { times: Times }) {
  const may = useCan('organization:manage')
  const [text, setText] = useState<Record<keyof Times, string>>({ critical_hours: String(times.critical_hours), high_days: String(times.high_days), medium_days: String(times.medium_days), low_days: String(times.low_days) })
  const send = useSend('put', '/api/v1/organization/sla', ['organization', 'vulnerabilities', 'overview', 'assets'])
  const next: Times = { critical_hours: Number(text.critical_hours), high_days: Number(text.high_days), medium_days: Number(text.medium_days), low_days: Number(text.low_days) }
  const wrong = FIELDS.find(([key, , most]) => !/^\d+$/.test(text[key]) || next[key] < 1 || next[key] > most)
  const changed = FIELDS.some(([key]) => next[key] !== times[key])
  const reason = may.reason ?? (wrong ? `${wrong[1]} is a number from 1 to ${wrong[2]}` : !changed ? 'Nothing was changed' : send.isPending ? 'Being saved' : undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) send.mutate({ body: next }, { onSuccess: () => announce('Times saved') })
  }
  return (
    <form onSubmit={submit} className="grid max-w-xl gap-2">
      <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        {FIELDS.map(([key, label, most]) => (
          <Field key={key} id={`sla-${key}`} label={label}><Input id={`sla-${key}`} type="number" min={1} max={most} step={1} inputMode="numeric" value={text[key]} readOnly={!may.may} onChange={(event) => setText({ ...text, [key]: event.target.value })} /></Field>
        ))}
      </div>
      <div><Button type="submit" disabledReason={reason}>Save times</Button></div>
      {send.error && <ErrorState compact error={send.error} />}
    </form>
  )
}
