import { useState } from 'react'
import { useCan } from '~/api/perms'
import type { components } from '~/api/generated/schema'
import { RemoveSimulated } from '~/components/RemoveSimulated'
import { SIMULATED_SIZES, useLoadSimulated } from '~/components/simulated'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { Link, LINK } from '~/ui/Link'
import { SimulatedBadge, StateBadge } from '~/ui/State'
import { path } from '~/util/path-builder'
import { count, plural } from '~/util/units'

type Simulated = components['schemas']['SimulatedEstate']

/** No step on the way: a made-up estate to look around in, marked everywhere and removable as a whole. */
export function SimulatedEstate({ simulated }: { simulated: Simulated }) {
  const loaded = simulated.connectors > 0 || simulated.assets > 0
  // Held by what stays on the screen while the one state gives way to the other.
  const loading = useLoadSimulated()
  return (
    <div role="group" aria-label="Simulated estate" className="mt-3 border border-dotted border-simulated p-3">
      <p className="mb-2 flex flex-wrap items-center gap-2"><SimulatedBadge /><span className="text-dim">{loaded ? 'A made-up estate is loaded. It counts for none of the steps.' : 'Only looking around? Load a made-up estate: it is marked wherever it appears, counts for none of the steps and is removed as a whole.'}</span></p>
      {loaded ? <Loaded simulated={simulated} /> : <Load {...loading} />}
      {loading.error && <ErrorState compact error={loading.error} />}
    </div>
  )
}

function Load({ load, busy }: ReturnType<typeof useLoadSimulated>) {
  const may = useCan('connector:manage')
  const [size, setSize] = useState<number>(SIMULATED_SIZES[1])
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select aria-label="Simulated assets" value={String(size)} onChange={(event) => setSize(Number(event.target.value))} options={SIMULATED_SIZES.map((each) => [String(each), `${count(each)} assets`] as const)} />
      <Button disabledReason={may.reason ?? (busy ? 'Being loaded' : undefined)} onClick={() => load(size)}>Load simulated estate</Button>
    </div>
  )
}

function Loaded({ simulated }: { simulated: Simulated }) {
  const may = useCan('connector:manage')
  const [asking, setAsking] = useState(false)
  return (
    <div className="num flex flex-wrap items-center gap-x-3 gap-y-1">
      <Link to={path.fleet({ q: 'simulated:true' })} className={LINK}>{plural(simulated.assets, 'asset')}</Link>
      {simulated.assets === 0 && <StateBadge state="progress">nothing was collected yet</StateBadge>}
      <span className="text-xs text-meta">{plural(simulated.connectors, 'connector')} · {plural(simulated.image_versions, 'image version')}</span>
      <Button className="ml-auto" disabledReason={may.reason} onClick={() => setAsking(true)}>Remove it</Button>
      <RemoveSimulated open={asking} onOpenChange={setAsking} done={announce} />
    </div>
  )
}
