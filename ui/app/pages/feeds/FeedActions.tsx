import { RefreshCw, Upload } from 'lucide-react'
import { useId, useState } from 'react'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { KeyValue } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { useUrl, type RawSearch } from '~/state/url'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, FileInput, Input } from '~/ui/Field'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { bytes, count, plural } from '~/util/units'
import { PROGRESS_MS, type Feed } from './words'

/** What an import makes old. */
const TOUCHED = ['feeds', 'vulnerabilities', 'overview', 'assets']

/** From the publisher, or from a mirror that one names. */
export function SyncButton({ feed }: { feed: Feed }) {
  const may = useCan('feed:sync')
  const [open, setOpen] = useState(false)
  const [url, setUrl] = useState('')
  const [ecosystems, setEcosystems] = useState('')
  const sync = useSend('post', '/api/v1/feeds/{feed}/sync', TOUCHED)
  const id = useId()
  const busy = feed.runs.some((run) => run.state === 'running')
  const names = ecosystems.split(/[\s,]+/).filter(Boolean)
  const problem = (field: string) => sync.error?.fields.find((each) => each.path.includes(field))?.detail
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    sync.mutate({ path: { feed: feed.name }, body: { url: url.trim() || null, ecosystems: names } }, { onSuccess: () => setOpen(false) })
  }
  return (
    <>
      <Button icon={<RefreshCw />} disabledReason={may.reason ?? (busy ? 'An import of this feed goes on' : undefined)} onClick={() => { sync.reset(); setOpen(true) }} aria-label={`Sync ${feed.title}`}>Sync</Button>
      <Dialog open={open} onOpenChange={setOpen} title={`Sync ${feed.title}`} description="Fetches the feed from its publisher and imports all of it, or nothing.">
        <form onSubmit={send} className="grid gap-3 pt-2">
          {feed.name === 'osv' && <Field id={`${id}e`} label="Ecosystems" help="By their OSV names, such as Debian:12. Empty: those of the packages in use." problem={problem('ecosystems')}><Input id={`${id}e`} value={ecosystems} onChange={(event) => setEcosystems(event.target.value)} /></Field>}
          <Field id={`${id}u`} label="Mirror" help="An https address in place of the publisher's. Empty: the publisher." problem={problem('url')}><Input id={`${id}u`} type="url" value={url} onChange={(event) => setUrl(event.target.value)} /></Field>
          {sync.error && <ErrorState compact error={sync.error} />}
          <div className="flex justify-end gap-2"><Button onClick={() => setOpen(false)}>Cancel</Button><Button kind="primary" type="submit" disabledReason={sync.isPending ? 'The sync is being started' : undefined}>Start sync</Button></div>
        </form>
      </Dialog>
    </>
  )
}

const read = (raw: RawSearch) => ({ import: raw.import })

/** From a file, where the server may not go out. The address says which feed's dialog is open. */
export function ImportButton({ feed }: { feed: Feed }) {
  const may = useCan('feed:sync')
  const [url, set] = useUrl(read)
  const open = url.import === feed.name && may.may
  const setOpen = (on: boolean) => set({ import: on ? feed.name : undefined }, { replace: !on })
  const [file, setFile] = useState<File>()
  const load = useSend('post', '/api/v1/feeds/{feed}/import', TOUCHED)
  // The page's own question, asked more often while a file goes up.
  useApi('/api/v1/feeds', {}, { enabled: load.isPending, every: () => (load.isPending ? PROGRESS_MS : false) })
  const id = useId()
  const send = (event: React.FormEvent) => {
    event.preventDefault()
    if (file) load.mutate({ path: { feed: feed.name }, query: { source: file.name }, document: file })
  }
  const start = () => {
    load.reset()
    setFile(undefined)
    setOpen(true)
  }
  const waiting = load.isPending ? 'The file is being imported' : !file ? 'Choose a file first' : undefined
  return (
    <>
      <Button icon={<Upload />} disabledReason={may.reason} onClick={start} aria-label={`Import ${feed.title}`}>Import</Button>
      <Dialog open={open} onOpenChange={setOpen} title={`Import ${feed.title}`} description="The file replaces what its source said before. All of it is imported, or nothing.">
        {load.data ? <Done imported={load.data} onClose={() => setOpen(false)} /> : (
          <form onSubmit={send} className="grid gap-3 pt-2">
            <Field id={id} label="File" help={file ? `${file.name}, ${bytes(file.size)}` : 'JSON, JSON lines, CSV or zip as the feed has it; packed with gzip or zstd or not.'}>
              <FileInput id={id} onFile={setFile} />
            </Field>
            {load.isPending && file && <Progress file={file} run={feed.runs.find((run) => run.state === 'running' && run.source === file.name)} />}
            {load.error && <ErrorState compact error={load.error} />}
            <div className="flex justify-end gap-2"><Button onClick={() => setOpen(false)}>{load.isPending ? 'Close' : 'Cancel'}</Button><Button kind="primary" type="submit" disabledReason={waiting}>{load.isPending ? 'Importing' : 'Import'}</Button></div>
          </form>
        )}
      </Dialog>
    </>
  )
}

/** First it goes to the server, which tells nothing of it; then the server reads it, and tells how far. */
function Progress({ file, run }: { file: File; run: Feed['runs'][number] | undefined }) {
  if (!run) return <p role="status"><StateBadge state="progress">being sent, {bytes(file.size)}</StateBadge></p>
  return <p role="status" className="num"><StateBadge state="progress">being read</StateBadge> <span className="text-dim">{plural(run.records, 'record')} from {bytes(run.bytes)}{run.total_bytes ? ` of ${bytes(run.total_bytes)}` : ''}</span></p>
}

type Imported = NonNullable<ReturnType<typeof useSend<'post', '/api/v1/feeds/{feed}/import'>>['data']>

function Done({ imported, onClose }: { imported: Imported; onClose: () => void }) {
  return (
    <div className="grid gap-3" role="status">
      <p><StateBadge state={imported.problems > 0 ? 'warning' : 'ok'}>{imported.unchanged ? 'These are the bytes of the snapshot before: nothing was written' : 'Imported'}</StateBadge></p>
      <KeyValue rows={[
        ['Records', count(imported.records)], ['Not readable', count(imported.problems)],
        ['Matches opened', count(imported.matches_opened)], ['Matches closed', count(imported.matches_closed)],
      ]} />
      {imported.first_problems.length > 0 && <ul className="list-disc pl-5 text-dim">{imported.first_problems.map((each) => <li key={`${each.entry} ${each.line} ${each.code}`}><code>{each.code}</code> <Text wrap>{each.entry}</Text>: <Text wrap>{each.detail}</Text></li>)}</ul>}
      <div className="flex justify-end"><Button kind="primary" onClick={onClose}>Close</Button></div>
    </div>
  )
}
