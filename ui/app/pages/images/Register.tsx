import { FileUp } from 'lucide-react'
import { useRef, useState, type ChangeEvent } from 'react'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { KeyValue, Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { useGo } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { Command, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { bytes, count, plural } from '~/util/units'
import { Mistakes } from './Mistakes'

/** The server's own bound on a contract is lower or equal; a larger file is not even read. */
const FILE_MAX = 4 * 1024 * 1024
const read = (raw: RawSearch) => ({ asset: raw.asset && /^[\w-]{1,64}$/.test(raw.asset) ? raw.asset : undefined })

/** Paste or upload a contract → check → register. What is registered is exactly what was checked. */
export function Register() {
  const [{ asset }] = useUrl(read)
  const starter = useApi('/api/v1/images/starter', { query: { asset: asset ?? '' } }, { enabled: asset !== undefined })
  const [typed, setTyped] = useState<string>()
  const [tooLarge, setTooLarge] = useState<string>()
  const box = useRef<HTMLTextAreaElement>(null)
  const text = typed ?? starter.data ?? ''
  const check = useSend('post', '/api/v1/images/validate', [])
  const checked = check.variables?.document === text
  const upload = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    event.target.value = ''
    if (!file) return
    if (file.size > FILE_MAX) return setTooLarge(`${file.name.slice(0, 80)} has ${bytes(file.size)}; a contract has at most ${bytes(FILE_MAX)}`)
    setTooLarge(undefined)
    setTyped(await file.text())
  }
  return (
    <div className="grid min-h-0 grow grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-x-8 gap-y-4 overflow-y-auto pb-6 max-lg:grid-cols-1">
      <div className="flex min-h-96 flex-col gap-2">
        <div className="flex flex-wrap items-center gap-2">
          <label htmlFor="contract" className="mr-auto font-semibold">Contract, in YAML or JSON</label>
          <UploadButton onChange={(event) => void upload(event)} />
          <Button kind="primary" disabledReason={text.trim() === '' ? 'Paste or upload a contract first' : check.isPending ? 'Being checked' : undefined} onClick={() => check.mutate({ document: text })}>Check</Button>
        </div>
        {starter.error && <ErrorState compact error={starter.error} retry={() => void starter.refetch()} />}
        {tooLarge && <p role="alert" className="text-critical"><Text wrap>{tooLarge}</Text></p>}
        <textarea ref={box} id="contract" value={text} onChange={(event) => setTyped(event.target.value)} spellCheck={false} wrap="off" dir="ltr" placeholder={PLACEHOLDER}
          aria-invalid={checked && check.error ? true : undefined} className="min-h-80 w-full grow resize-none rounded-md border border-line-strong bg-surface p-3 font-mono text-xs aria-invalid:border-critical" />
      </div>
      <div className="min-w-0" role="status">
        {checked && check.error?.code === 'invalid_contract' ? <Mistakes problems={check.error.fields} box={box} hint={check.error.hint} />
          : checked && check.error ? <ErrorState error={check.error} />
            : checked && check.data ? <Reading reading={check.data} text={text} />
              : <Hints />}
      </div>
    </div>
  )
}

const PLACEHOLDER = 'apiVersion: ql-rf.io/v1\nkind: GoldenImage\nmetadata: …'

function UploadButton({ onChange }: { onChange: (event: ChangeEvent<HTMLInputElement>) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input ref={input} type="file" accept=".yaml,.yml,.json,application/yaml,application/json" aria-label="Contract file" tabIndex={-1} className="sr-only" onChange={onChange} />
      <Button icon={<FileUp />} onClick={() => input.current?.click()}>Upload a file</Button>
    </>
  )
}

type ReadingData = NonNullable<ReturnType<typeof useSend<'post', '/api/v1/images/validate'>>['data']>

function Reading({ reading, text }: { reading: ReadingData; text: string }) {
  const may = useCan('image:write')
  const go = useGo()
  const register = useSend('post', '/api/v1/images/{image}', ['images', 'drift', 'overview', 'assets', 'patch'])
  const reference = `${reading.family}:${reading.version}`
  const send = () => register.mutate({ path: { image: reference }, document: text }, {
    onSuccess: () => { announce(`Registered ${reference}`); go(path.image(reading.family, reading.version)) },
  })
  return (
    <Section title="It can be registered">
      <div className="grid gap-4">
        <StateBadge state="ok">No mistake found</StateBadge>
        <KeyValue rows={[
          ['Image', <Text key="i" wrap>{reference}</Text>], ['Status', reading.status], ['Form', reading.form.toUpperCase()],
          ['Expects', [plural(reading.packages, 'package'), plural(reading.services, 'service'), plural(reading.settings, 'setting')].join(' · ')],
          ['Coordinates', count(reading.coordinates)], ['Digest', <Text key="d" mono>{reading.digest}</Text>],
        ]} />
        {register.error && <ErrorState compact error={register.error} />}
        <div><Button kind="primary" disabledReason={may.reason ?? (register.isPending ? 'Being registered' : undefined)} onClick={send}>Register {reference.length > 40 ? 'it' : reference}</Button></div>
      </div>
    </Section>
  )
}

const Hints = () => (
  <Section title="What a contract is">
    <div className="grid gap-3 text-dim">
      <p className="max-w-[60ch]">It says what a machine made from the image looks like: system, packages, services, settings, and where it can be started from. Assets are compared with it from the moment it is registered.</p>
      <p>Write a first one from what was seen of this host, then edit it:</p>
      <span><Command>qlrf image init</Command></span>
      <p>The same check without a server:</p>
      <span><Command>qlrf image validate image.yaml</Command></span>
    </div>
  </Section>
)
