import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Confirm } from '~/components/Confirm'
import { ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { Link, LINK } from '~/ui/Link'
import { SimulatedBadge, StateBadge } from '~/ui/State'
import { path } from '~/util/path-builder'
import { count, plural } from '~/util/units'

type Simulated = components['schemas']['SimulatedEstate']
const NAME = 'demo'
const SIZES = [1_000, 3_000, 10_000] as const
const NOUNS = ['onboarding', 'connectors', 'assets', 'overview', 'sites', 'drift', 'coverage', 'syncs', 'images', 'vulnerabilities']

/** No step on the way: a made-up estate to look around in, marked everywhere and removable as a whole. */
export function SimulatedEstate({ simulated }: { simulated: Simulated }) {
  const loaded = simulated.connectors > 0 || simulated.assets > 0
  const loading = useLoad()
  return (
    <div role="group" aria-label="Simulated estate" className="mt-3 border border-dotted border-simulated p-3">
      <p className="mb-2 flex flex-wrap items-center gap-2"><SimulatedBadge /><span className="text-dim">{loaded ? 'A made-up estate is loaded. It counts for none of the steps.' : 'Only looking around? Load a made-up estate: it is marked wherever it appears, counts for none of the steps and is removed as a whole.'}</span></p>
      {loaded ? <Loaded simulated={simulated} /> : <Load {...loading} />}
      {loading.error && <ErrorState compact error={loading.error} />}
    </div>
  )
}

/** Two requests, held by what stays on the screen while the one gives way to the other. */
function useLoad() {
  const create = useSend('post', '/api/v1/connectors', NOUNS)
  const sync = useSend('post', '/api/v1/connectors/{id}/sync', NOUNS)
  const load = (assets: number) => create.mutate({ body: { kind: 'sim', name: NAME, config: { assets } } }, { onSuccess: ({ id }) => sync.mutate({ path: { id }, body: {} }) })
  return { load, busy: create.isPending || sync.isPending, error: create.error ?? sync.error }
}

function Load({ load, busy }: ReturnType<typeof useLoad>) {
  const may = useCan('connector:manage')
  const [size, setSize] = useState<number>(SIZES[1])
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select aria-label="Simulated assets" value={String(size)} onChange={(event) => setSize(Number(event.target.value))} options={SIZES.map((each) => [String(each), `${count(each)} assets`] as const)} />
      <Button disabledReason={may.reason ?? (busy ? 'Being loaded' : undefined)} onClick={() => load(size)}>Load simulated estate</Button>
    </div>
  )
}

function Loaded({ simulated }: { simulated: Simulated }) {
  const may = useCan('connector:manage')
  const [asking, setAsking] = useState(false)
  const remove = useSend('delete', '/api/v1/simulated', NOUNS)
  return (
    <div className="num flex flex-wrap items-center gap-x-3 gap-y-1">
      <Link to={path.fleet({ q: 'simulated:true' })} className={LINK}>{plural(simulated.assets, 'asset')}</Link>
      {simulated.assets === 0 && <StateBadge state="progress">nothing was collected yet</StateBadge>}
      <span className="text-xs text-meta">{plural(simulated.connectors, 'connector')} · {plural(simulated.image_versions, 'image version')}</span>
      <Button className="ml-auto" disabledReason={may.reason} onClick={() => setAsking(true)}>Remove it</Button>
      <Confirm open={asking} onOpenChange={setAsking} title="Remove the simulated estate" action="Remove" danger typed="simulated" pending={remove.isPending} error={remove.error}
        onConfirm={() => remove.mutate({}, { onSuccess: () => setAsking(false) })}>
        <p className="text-dim">{plural(simulated.assets, 'asset')} of {plural(simulated.connectors, 'connector')} that simulate leave the estate. What was believed of them stays in the history, marked as simulated.</p>
      </Confirm>
    </div>
  )
}
