import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import { ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Text } from '~/ui/Text'
import type { Token } from './columns'

/** For good: whoever holds the secret is refused from now on. */
export function RevokeButton({ token }: { token: Token }) {
  const may = useCan('token:manage')
  const [open, setOpen] = useState(false)
  const revoke = useSend('delete', '/api/v1/rbac/tokens/{id}')
  return (
    <>
      <Button kind="quiet" className="h-6!" disabledReason={may.reason} onClick={() => setOpen(true)} aria-label={`Revoke ${token.name.slice(0, 80)}`}>Revoke</Button>
      <Dialog open={open} onOpenChange={setOpen} title="Revoke this token" description="Requests with it fail from now on. It cannot be taken back; make a new one instead.">
        <p className="pb-4 font-semibold"><Text wrap>{token.name}</Text></p>
        {revoke.error && <ErrorState compact error={revoke.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Keep it</Button>
          <Button kind="danger" disabledReason={revoke.isPending ? 'It is being revoked' : undefined} onClick={() => revoke.mutate({ path: { id: token.id } }, { onSuccess: () => setOpen(false) })}>Revoke</Button>
        </div>
      </Dialog>
    </>
  )
}
