import { useEffect } from 'react'
import { useSend } from '~/api/query'
import { Mistakes } from '~/components/Mistakes'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { SkeletonRows } from '~/ui/Skeleton'
import { MAPPING_NOUNS } from './draft'
import { Changes } from './Changes'

interface Props {
  document: string
  /** The version that it was made from; if somebody saved another one since, this one is refused. */
  base: string
  reason?: string
  close: () => void
  saved: () => void
}

/** The only way to save: what it would change, and the button below it. */
export function PreviewSheet({ document, base, reason, close, saved }: Props) {
  const { mutate, ...preview } = useSend('post', '/api/v1/mapping-rules/preview', [])
  const save = useSend('put', '/api/v1/mapping-rules', MAPPING_NOUNS)
  useEffect(() => mutate({ document }), [mutate, document])
  const send = () => save.mutate({ document, ifMatch: base }, { onSuccess: () => { announce('Mapping rules saved'); saved() } })
  const missing = reason ?? (preview.data ? undefined : preview.error ? 'Correct the mistakes first' : 'Being computed') ?? (save.isPending ? 'Being saved' : undefined)
  return (
    <Dialog open onOpenChange={(on) => { if (!on) close() }} title="What would change" className="md:w-[min(56rem,calc(100vw-2rem))]">
      <div className="grid gap-4">
        <div role="status" className="grid min-w-0 gap-4">
          {preview.error ? <Mistakes error={preview.error} code="invalid_mapping" /> : preview.data ? <Changes preview={preview.data} /> : <SkeletonRows rows={8} />}
        </div>
        {save.error && <ErrorState compact error={save.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Go on editing</Button>
          <Button kind="primary" disabledReason={missing} onClick={send}>Save the rules</Button>
        </div>
      </div>
    </Dialog>
  )
}
