import { useState } from 'react'
import type { components } from '~/api/generated/schema'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { Confirm } from '~/components/Confirm'
import { Sentence } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { useGo } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import { ChangeConnector } from './AddConnector'
import { ImportBundle } from './ImportBundle'
import { isUnderWay, takesBundles, type Connector } from './words'

const TOUCHED = ['connectors', 'syncs', 'coverage', 'overview']
type Open = 'change' | 'remove' | 'confirm'

/** What one may do with it; what one may not is there too, with the reason. */
export function Actions({ connector }: { connector: Connector }) {
  const [open, setOpen] = useState<Open>()
  const mayManage = useCan('connector:manage')
  const maySync = useCan('connector:sync')
  const kinds = useApi('/api/v1/connectors/kinds')
  const input = { path: { id: connector.id } }
  const test = useSend('post', '/api/v1/connectors/{id}/test', [])
  const sync = useSend('post', '/api/v1/connectors/{id}/sync', TOUCHED)
  const cancel = useSend('post', '/api/v1/connectors/{id}/cancel', TOUCHED)
  const pause = useSend('post', '/api/v1/connectors/{id}/disable', TOUCHED)
  const resume = useSend('post', '/api/v1/connectors/{id}/enable', TOUCHED)
  const held = connector.last_sync?.held_back ?? 0
  const running = isUnderWay(connector.last_sync)
  const error = test.error ?? sync.error ?? cancel.error ?? pause.error ?? resume.error
  const start = (confirm: boolean) => sync.mutate({ ...input, body: { confirm_removals: confirm } }, { onSuccess: () => { announce('The collection was asked for'); setOpen(undefined) } })
  return (
    <div className="grid gap-3" data-chrome>
      <div role="toolbar" aria-label="Actions" className="flex flex-wrap gap-2">
        {takesBundles(connector) ? <ImportBundle connectors={[connector]} primary />
          : <Button kind="primary" disabledReason={maySync.reason ?? (running ? 'A collection is under way' : undefined)} onClick={() => start(false)}>Sync now</Button>}
        {running && <Button disabledReason={maySync.reason ?? (cancel.isPending || connector.last_sync?.cancelled_by ? 'It is being stopped' : undefined)} onClick={() => cancel.mutate(input, { onSuccess: () => announce('The collection is being stopped') })}>Cancel the collection</Button>}
        <Button disabledReason={mayManage.reason ?? (test.isPending ? 'Being tested' : undefined)} onClick={() => test.mutate(input)}>Test</Button>
        {connector.enabled
          ? <Button disabledReason={mayManage.reason} onClick={() => pause.mutate(input)}>Pause</Button>
          : <Button disabledReason={mayManage.reason} onClick={() => resume.mutate(input)}>Resume</Button>}
        <Button disabledReason={mayManage.reason} onClick={() => setOpen('change')}>Change</Button>
        {held > 0 && <Button kind="danger" disabledReason={maySync.reason ?? (running ? 'A collection is under way' : undefined)} onClick={() => setOpen('confirm')}>Confirm {count(held)} removals</Button>}
        <Button kind="danger" disabledReason={mayManage.reason} onClick={() => setOpen('remove')}>Delete</Button>
      </div>
      {error ? <ErrorState compact error={error} /> : null}
      {test.data && <TestResult result={test.data} />}
      {held > 0 && <StateBadge state="warning">{plural(held, 'asset')} no longer listed: so many that a person confirms their removal</StateBadge>}
      {open === 'change' && <ChangeConnector connector={connector} kind={kinds.data?.find((each) => each.name === connector.kind)} onClose={() => setOpen(undefined)} />}
      <Confirm open={open === 'confirm'} onOpenChange={() => setOpen(undefined)} title="Confirm removals" action="Sync and remove" danger typed={connector.name} pending={sync.isPending} error={sync.error} onConfirm={() => start(true)}>
        <Sentence>The next collection removes what complete listings no longer name, at the last one <strong>{plural(held, 'asset')}</strong>. Their history stays.</Sentence>
      </Confirm>
      <Remove connector={connector} open={open === 'remove'} onClose={() => setOpen(undefined)} />
    </div>
  )
}

function TestResult({ result }: { result: components['schemas']['ConnectorCheck'] }) {
  return (
    <div role="status" className="rounded-md border border-line bg-sunken px-3 py-2">
      <StateBadge state={result.ok ? 'ok' : 'critical'}>{result.ok ? 'It can collect' : 'It cannot collect'}</StateBadge>
      <ul className="mt-1 list-disc pl-5 text-dim">{result.findings.map((each) => <li key={each}><Text wrap>{each}</Text></li>)}</ul>
    </div>
  )
}

/** Deleting takes its assets out of the estate: how many is said before, and the name is typed. */
function Remove({ connector, open, onClose }: { connector: Connector; open: boolean; onClose: () => void }) {
  const assets = useApi('/api/v1/assets', { query: { q: term('connector', connector.name), limit: 1 } }, { enabled: open })
  const remove = useSend('delete', '/api/v1/connectors/{id}', ['assets', 'sites', 'overview', 'drift', 'vulnerabilities'])
  const go = useGo()
  const total = assets.data?.total
  const gone = (removed: number) => {
    announce(`${connector.name} was deleted, and ${plural(removed, 'asset')} with it`)
    onClose()
    go(path.connectors())
  }
  return (
    <Confirm open={open} onOpenChange={onClose} title={`Delete ${connector.name}`} action="Delete connector and its assets" danger typed={connector.name} pending={remove.isPending} error={remove.error}
      missing={total == null ? 'Its assets are being counted' : undefined} onConfirm={() => remove.mutate({ path: { id: connector.id } }, { onSuccess: (done) => gone(done.assets_removed) })}>
      <Sentence>Its <strong>{total == null ? 'assets' : plural(total, 'asset')}</strong> leave the estate, with their drift and findings; a machine that another connector sees as well stays. What was believed of them stays in the history, and the trail records who did it. To only stop collecting, pause it.</Sentence>
    </Confirm>
  )
}
