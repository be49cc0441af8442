import { useState } from 'react'
import { useCan } from '~/api/perms'
import { RemoveSimulated as Dialog } from '~/components/RemoveSimulated'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'

export function RemoveSimulated() {
  const [open, setOpen] = useState(false)
  const may = useCan('connector:manage')
  return (
    <>
      <Button kind="danger" disabledReason={may.reason} onClick={() => setOpen(true)}>Remove what is simulated</Button>
      <Dialog open={open} onOpenChange={setOpen} done={announce} />
    </>
  )
}
