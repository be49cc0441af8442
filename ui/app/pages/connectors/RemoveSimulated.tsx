import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { Confirm } from '~/components/Confirm'
import { Sentence } from '~/components/Page'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { plural } from '~/util/units'

const TYPED = 'simulated'
const TOUCHED = ['connectors', 'coverage', 'assets', 'sites', 'overview', 'drift', 'vulnerabilities', 'onboarding']

/** All that the simulator made up, gone at once; real assets are not touched. */
export function RemoveSimulated() {
  const [open, setOpen] = useState(false)
  const may = useCan('connector:manage')
  const assets = useApi('/api/v1/assets', { query: { q: 'simulated:true', limit: 1 } }, { enabled: open })
  const remove = useSend('delete', '/api/v1/simulated', TOUCHED)
  const total = assets.data?.total
  const gone = (removed: number) => {
    announce(`${plural(removed, 'simulated asset')} removed`)
    setOpen(false)
  }
  return (
    <>
      <Button kind="danger" disabledReason={may.reason} onClick={() => setOpen(true)}>Remove what is simulated</Button>
      <Confirm open={open} onOpenChange={setOpen} title="Remove what is simulated" action="Remove" danger typed={TYPED} pending={remove.isPending} error={remove.error}
        missing={total == null ? 'Its assets are being counted' : undefined} onConfirm={() => remove.mutate({}, { onSuccess: (done) => gone(done.assets_removed) })}>
        <Sentence>Every connector that simulates is deleted, and <strong>{total == null ? 'its assets leave' : `${plural(total, 'asset')} leave`}</strong> the estate. Simulated image versions stay: what assets were judged against is never deleted.</Sentence>
      </Confirm>
    </>
  )
}
