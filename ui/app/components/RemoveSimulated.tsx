import { useApi } from '~/api/query'
import { plural } from '~/util/units'
import { Confirm } from './Confirm'
import { Sentence } from './Page'
import { useRemoveSimulated } from './simulated'

interface Props { open: boolean; onOpenChange: (open: boolean) => void; done: (words: string) => void }

/** All that the simulator made up, gone at once; real assets are not touched. */
export function RemoveSimulated({ open, onOpenChange, done }: Props) {
  const assets = useApi('/api/v1/assets', { query: { q: 'simulated:true', limit: 1 } }, { enabled: open, whole: true })
  const remove = useRemoveSimulated()
  const total = assets.data?.total
  const gone = (removed: number) => {
    onOpenChange(false)
    done(`${plural(removed, 'simulated asset')} removed`)
  }
  return (
    <Confirm open={open} onOpenChange={onOpenChange} title="Remove what is simulated" action="Remove" danger typed="simulated" pending={remove.isPending} error={remove.error}
      missing={total == null ? 'Its assets are being counted' : undefined} onConfirm={() => remove.mutate({}, { onSuccess: (result) => gone(result.assets_removed) })}>
      <Sentence>Every connector that simulates is deleted, and <strong>{total == null ? 'its assets leave' : `${plural(total, 'asset')} leave`}</strong> the estate. Simulated image versions stay: what assets were judged against is never deleted. The history keeps what was believed, marked as simulated.</Sentence>
    </Confirm>
  )
}
