import { Upload } from 'lucide-react'
import { useId, useState, type FormEvent } from 'react'
import type { components } from '~/api/generated/schema'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import { KeyValue, Sentence } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, FileInput, Select } from '~/ui/Field'
import { CodeLink, Link, LINK } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { Text, visible } from '~/ui/Text'
import { inQuotes, path, term, terms } from '~/util/path-builder'
import { syncState } from '~/util/states'
import { bytes } from '~/util/units'
import { takesBundles, type Connector, type Sync } from './words'

/** What an import makes old. */
const TOUCHED = ['connectors', 'syncs', 'coverage', 'assets', 'sites', 'drift', 'vulnerabilities', 'overview', 'resources']
/** The server takes no larger one. */
const FILE_MAX = 16 << 20
const NAME_SHOWN = 80

const read = (raw: RawSearch) => ({ import: raw.import })

/** Facts of a host that no route leads to, carried here in a signed file. The address says that the dialog is open. */
export function ImportBundle({ connectors, primary }: { connectors: readonly Connector[]; primary?: boolean }) {
  const may = useCan('connector:sync')
  const [url, set] = useUrl(read)
  const offline = connectors.filter(takesBundles)
  const reason = may.reason ?? (offline.length === 0 ? 'Add a connector of the kind offline first: it says whose bundles are taken' : undefined)
  const close = () => set({ import: undefined }, { replace: true })
  return (
    <>
      <Button icon={<Upload />} kind={primary ? 'primary' : 'plain'} disabledReason={reason} onClick={() => set({ import: '1' })}>Import a bundle</Button>
      {url.import !== undefined && !reason && <Import offline={offline} close={close} />}
    </>
  )
}

function Import({ offline, close }: { offline: Connector[]; close: () => void }) {
  const id = useId()
  const [into, setInto] = useState(offline[0]?.id ?? '')
  const [file, setFile] = useState<File>()
  const load = useSend('post', '/api/v1/connectors/{id}/facts', TOUCHED)
  const large = file && file.size > FILE_MAX ? `It has ${bytes(file.size)}; a bundle has ${bytes(FILE_MAX)} at most` : undefined
  const waiting = !file ? 'Choose a bundle first' : large ?? (load.isPending ? 'The bundle is being imported' : undefined)
  const choose = (next: File | undefined) => {
    setFile(next)
    load.reset()
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (file && !waiting) load.mutate({ path: { id: into }, document: file })
  }
  return (
    <Dialog open onOpenChange={close} title="Import a bundle" description="The facts of one host, as qlrf collect wrote and signed them there. They are shown as old as the bundle says.">
      {load.data ? <Imported imported={load.data} into={offline.find((each) => each.id === into)} again={() => choose(undefined)} close={close} /> : (
        <form onSubmit={send} className="grid gap-3 pt-2">
          {offline.length > 1 && <Field id={`${id}c`} label="Connector" help="It has to trust the key that signed the bundle."><Select id={`${id}c`} value={into} onChange={(event) => { setInto(event.target.value); load.reset() }} options={offline.map((each) => [each.id, visible(each.name.slice(0, NAME_SHOWN))] as const)} /></Field>}
          <Field id={id} label="Bundle" problem={large} help={file ? `${file.name}, ${bytes(file.size)}` : `One file, ${bytes(FILE_MAX)} at most.`}><FileInput id={id} onFile={choose} /></Field>
          {load.isPending && file && <p role="status"><StateBadge state="progress">being sent and checked, {bytes(file.size)}</StateBadge></p>}
          {load.error && <ErrorState compact error={load.error} />}
          <div className="flex justify-end gap-2"><Button onClick={close}>{load.isPending ? 'Close' : 'Cancel'}</Button><Button kind="primary" type="submit" disabledReason={waiting}>Import</Button></div>
        </form>
      )}
    </Dialog>
  )
}

interface ImportedProps { imported: components['schemas']['FactsImported']; into: Connector | undefined; again: () => void; close: () => void }

function Imported({ imported: { host, collected_at: at, signed_by: key, sync }, into, again, close }: ImportedProps) {
  return (
    <div className="grid gap-3 pt-2" role="status">
      <p><StateBadge state={syncState(sync.outcome)}>{changeWords(sync)}</StateBadge></p>
      {sync.detail && <Sentence><Text wrap>{sync.detail}</Text> {sync.code && <CodeLink code={sync.code} help={sync.help} />}</Sentence>}
      <KeyValue rows={[
        ['Host', <Link key="h" to={path.fleet({ q: terms(into && term('connector', into.name), inQuotes(host)) })} className={LINK}><Text wrap>{host}</Text></Link>],
        ['Read there', <RelativeTime key="a" at={at} />],
        ['Signed by', <Text key="k" wrap>{key}</Text>],
      ]} />
      <div className="flex justify-end gap-2"><Button onClick={again}>Import another</Button><Button kind="primary" onClick={close}>Close</Button></div>
    </div>
  )
}

/** A bundle speaks of one host. */
function changeWords(sync: Sync): string {
  if (sync.outcome === 'failed') return 'Not taken in'
  if (sync.added > 0) return 'A new host'
  return sync.changed > 0 ? 'Its facts changed' : 'Its facts are as they were'
}
