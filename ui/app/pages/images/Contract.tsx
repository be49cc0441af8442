import { Download } from 'lucide-react'
import { useApi } from '~/api/query'
import { ErrorState } from '~/components/States'
import { download } from '~/table/export'
import { Button } from '~/ui/Button'
import { SkeletonRows } from '~/ui/Skeleton'
import { CopyButton, visible } from '~/ui/Text'
import { count, plural } from '~/util/units'

/** More would only make the page slow; the whole text is a download away. */
const LINES_MAX = 4_000

/** The contract exactly as it was sent. */
export function Contract({ reference }: { reference: string }) {
  const contract = useApi('/api/v1/images/{image}/contract', { path: { image: reference } })
  if (contract.error) return <ErrorState error={contract.error} retry={() => void contract.refetch()} />
  if (contract.data === undefined) return <SkeletonRows rows={14} className="h-5" />
  const text = contract.data
  const lines = text.replace(/\n$/, '').split('\n')
  return (
    <div className="flex min-h-0 grow flex-col gap-2 pb-4">
      <div className="flex items-center gap-2">
        <p className="num text-xs text-meta">{plural(lines.length, 'line')}, as it was registered</p>
        <span className="ml-auto" /><CopyButton text={text} label="Copy contract" />
        <Button icon={<Download />} onClick={() => download(`${reference.replaceAll(/[^\w.-]+/g, '-')}.yaml`, 'application/yaml', text)}>Download</Button>
      </div>
      <ol tabIndex={0} aria-label={`Contract of ${reference}`} className="min-h-48 grow overflow-auto border border-line bg-sunken py-2 font-mono text-xs">
        {lines.slice(0, LINES_MAX).map((line, index) => (
          <li key={index} className="flex"><span aria-hidden className="num w-12 shrink-0 pr-3 text-right text-meta select-none">{index + 1}</span><bdi dir="ltr" className="pr-4 whitespace-pre">{visible(line)}</bdi></li>
        ))}
        {lines.length > LINES_MAX && <li className="px-4 py-1 text-meta">{count(lines.length - LINES_MAX)} more lines: download the whole</li>}
      </ol>
    </div>
  )
}
