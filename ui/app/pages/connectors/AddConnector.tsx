import { useState, type FormEvent } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import { ErrorState } from '~/components/States'
import { asApiError } from '~/api/errors'
import { fieldsOf, type Schema } from '~/forms/schema'
import { SchemaForm } from '~/forms/SchemaForm'
import { placesOf, toConfig, toValues, type Problems, type Values } from '~/forms/values'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, Input, Select } from '~/ui/Field'
import { useGo } from '~/ui/Link'
import { path } from '~/util/path-builder'
import { Permissions } from './Permissions'
import { intervalOptions, type Connector, type Kind } from './words'

const NOUNS = ['connectors', 'coverage', 'syncs', 'assets', 'sites', 'overview']

/** A new connector of a kind; its page then offers to test and to sync it. */
export function AddConnector({ kind, onClose }: { kind: Kind; onClose: () => void }) {
  const [name, setName] = useState('')
  const send = useSend('post', '/api/v1/connectors', NOUNS)
  const go = useGo()
  const may = useCan('connector:manage')
  const save = (config: Record<string, unknown>, interval: number) =>
    send.mutate({ body: { kind: kind.name, name: name.trim(), config, interval_s: interval || undefined } as never }, { onSuccess: (made) => { announce(`${made.name} was added`); go(path.connector(made.id)) } })
  return (
    <Dialog open onOpenChange={onClose} title={`Add: ${kind.title}`} description={kind.summary}>
      <ConfigForm schema={kind.config_schema as Schema} config={{}} interval={null} action="Add connector" reason={may.reason ?? (name.trim() ? undefined : 'Give it a name first')} pending={send.isPending} error={send.error} onSave={save} onCancel={onClose}>
        <Field id="connector-name" label="Name (needed)"><Input id="connector-name" value={name} maxLength={100} autoComplete="off" onChange={(event) => setName(event.target.value)} /></Field>
        <Permissions kind={kind} />
      </ConfigForm>
    </Dialog>
  )
}

/** The same form for a connector that is there. */
export function ChangeConnector({ connector, kind, onClose }: { connector: Connector; kind: Kind | undefined; onClose: () => void }) {
  const send = useSend('patch', '/api/v1/connectors/{id}', NOUNS)
  const may = useCan('connector:manage')
  const save = (config: Record<string, unknown>, interval: number) =>
    send.mutate({ path: { id: connector.id }, body: { config, interval_s: interval } as never }, { onSuccess: () => { announce(`${connector.name} was changed`); onClose() } })
  return (
    <Dialog open onOpenChange={onClose} title={`Change ${connector.name}`} description="It holds from the next collection on.">
      <ConfigForm schema={(kind?.config_schema ?? {}) as Schema} config={connector.config as Record<string, unknown>} interval={connector.interval_s} action="Save" reason={may.reason} pending={send.isPending} error={send.error} onSave={save} onCancel={onClose} />
    </Dialog>
  )
}

interface FormProps {
  schema: Schema
  config: Record<string, unknown>
  interval: number | null | undefined
  action: string
  reason?: string
  pending: boolean
  error: unknown
  onSave: (config: Record<string, unknown>, interval: number) => void
  onCancel: () => void
  children?: React.ReactNode
}

function ConfigForm({ schema, config, interval, action, reason, pending, error, onSave, onCancel, children }: FormProps) {
  const fields = fieldsOf(schema)
  const [values, setValues] = useState<Values>(() => toValues(fields, config))
  const [every, setEvery] = useState(String(interval ?? 0))
  const [problems, setProblems] = useState<Problems>({})
  const refused = refusedOf(error, placesOf(fields, values))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const read = toConfig(fields, values)
    setProblems(read.problems)
    if (!reason && !pending && Object.keys(read.problems).length === 0) onSave(read.config, Number(every))
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      {children}
      <SchemaForm fields={fields} values={values} problems={{ ...refused.problems, ...problems }} onChange={setValues} />
      <Field id="connector-interval" label="Schedule"><Select id="connector-interval" value={every} onChange={(event) => setEvery(event.target.value)} options={intervalOptions(interval)} /></Field>
      {error ? <ErrorState compact error={error} told={refused.told} /> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" kind="primary" disabledReason={reason ?? (pending ? 'Being sent' : undefined)}>{action}</Button>
      </div>
    </form>
  )
}

const IN_BODY = 'config.'

/** What the server refused, at the field that it is about or at the group that holds it. */
function refusedOf(error: unknown, places: string[]): { problems: Problems; told: string[] } {
  const problems: Problems = {}
  const told: string[] = []
  for (const { path, detail } of error ? asApiError(error).fields : []) {
    const at = path.startsWith(IN_BODY) ? path.slice(IN_BODY.length) : undefined
    const holds = (each: string) => at === each || at?.startsWith(`${each}.`) || at?.startsWith(`${each}[`)
    const place = places.filter(holds).sort((a, b) => b.length - a.length)[0]
    if (place === undefined) continue
    problems[place] = detail
    told.push(path)
  }
  return { problems, told }
}
