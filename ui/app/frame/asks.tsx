import { useState } from 'react'
import { useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Confirm } from '~/components/Confirm'
import { Sentence } from '~/components/Page'
import { SIMULATED_SIZES, useLoadSimulated } from '~/components/simulated'
import { notify } from '~/state/notice'
import { Field, Select } from '~/ui/Field'
import { count } from '~/util/units'
import { FeedTold, JudgedTold, SyncTold } from './told'

type Connector = Pick<components['schemas']['Connector'], 'id' | 'name'>
type Feed = components['schemas']['Feed']
interface Ask { close: () => void }

/** Each says what it does, does it, and leaves its result over the page. */
export function AskSync({ connector, close }: Ask & { connector: Connector }) {
  const send = useSend('post', '/api/v1/connectors/{id}/sync', ['connectors', 'syncs', 'coverage'])
  const told = (sync: { id: string }) => { close(); notify(<SyncTold id={sync.id} connector={connector.id} name={connector.name} />) }
  return (
    <Confirm open onOpenChange={close} title={`Sync ${connector.name}`} action="Sync now" pending={send.isPending} error={send.error}
      onConfirm={() => send.mutate({ path: { id: connector.id }, body: { confirm_removals: false } }, { onSuccess: told })}>
      <Sentence>It lists everything that it may see, now instead of at its next turn. What is missing from a complete list leaves the estate; when that is suspiciously much, it is held back until a person confirms it.</Sentence>
    </Confirm>
  )
}

export function AskFeed({ feed, close }: Ask & { feed: Feed }) {
  const send = useSend('post', '/api/v1/feeds/{feed}/sync', ['feeds', 'vulnerabilities', 'overview', 'assets'])
  const told = ({ runs }: { runs: { started_at: string }[] }) => {
    close()
    notify(<FeedTold feed={feed.name} title={feed.title} since={runs.map((run) => run.started_at).sort()[0] ?? ''} />)
  }
  return (
    <Confirm open onOpenChange={close} title={`Sync ${feed.title}`} action="Start sync" pending={send.isPending} error={send.error}
      onConfirm={() => send.mutate({ path: { feed: feed.name }, body: { url: null, ecosystems: [] } }, { onSuccess: told })}>
      <Sentence>Fetches the feed from its publisher for every organisation of this installation, and imports all of it or nothing. To name a mirror or ecosystems, open the feeds.</Sentence>
    </Confirm>
  )
}

export function AskJudge({ close }: Ask) {
  const send = useSend('post', '/api/v1/drift/detect', ['drift'])
  return (
    <Confirm open onOpenChange={close} title="Judge drift now" action="Judge" pending={send.isPending} error={send.error}
      onConfirm={() => send.mutate({}, { onSuccess: ({ images_at }) => { close(); notify(<JudgedTold at={images_at} />) } })}>
      <Sentence>Compares every asset with the image that it should run once more. It also happens by itself whenever facts, images or link rules change.</Sentence>
    </Confirm>
  )
}

export function AskLoad({ close }: Ask) {
  const [size, setSize] = useState<number>(SIMULATED_SIZES[1])
  const { load, busy, error } = useLoadSimulated()
  const told = (sync: components['schemas']['Sync']) => { close(); notify(<SyncTold id={sync.id} connector={sync.connector_id} name="the simulated estate" />) }
  return (
    <Confirm open onOpenChange={close} title="Load the simulated estate" action="Load" pending={busy} error={error} onConfirm={() => load(size, told)}>
      <Sentence>Adds a connector that makes up an estate. Whatever comes from it is marked as simulated wherever it appears, and all of it can be removed at once.</Sentence>
      <Field id="simulated-size" label="Assets"><Select id="simulated-size" value={String(size)} onChange={(event) => setSize(Number(event.target.value))} options={SIMULATED_SIZES.map((each) => [String(each), `${count(each)} assets`] as const)} /></Field>
    </Confirm>
  )
}

