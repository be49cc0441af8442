import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import { PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { of, plural } from '~/util/units'
import { DocumentSheet } from './DocumentSheet'
import { documentOf, draftOf, type Draft, type Now } from './draft'
import { Examples } from './Examples'
import { PreviewSheet } from './PreviewSheet'
import { Rules } from './Rules'

/** How often the worker's progress is asked for. */
const PROGRESS_MS = 2_000

/** How tags, labels, accounts and names become site, environment and owner. */
export default function MappingPage() {
  const rules = useApi('/api/v1/mapping-rules', {}, { every: (data) => (data && !data.applied ? PROGRESS_MS : false) })
  const { data } = rules
  return (
    <div className="pb-8">
      {rules.error ? <><PageHeader title="Mapping rules" /><ErrorState error={rules.error} retry={() => void rules.refetch()} /></>
        : !data ? <><PageHeader title="Mapping rules" /><SkeletonRows rows={12} /></> : <Loaded now={data} />}
    </div>
  )
}

function Loaded({ now }: { now: Now }) {
  const may = useCan('mapping:write')
  const [edited, setEdited] = useState<{ draft: Draft; base: string }>()
  const [writing, setWriting] = useState(false)
  const [sent, setSent] = useState<string>()
  const base = edited?.base ?? now.etag
  const draft = edited?.draft ?? draftOf(now)
  const change = (next: Draft) => setEdited({ draft: next, base })
  const nothing = edited ? undefined : 'Nothing was changed'
  const discard = () => { setEdited(undefined); setSent(undefined); setWriting(false) }
  return (
    <>
      <PageHeader title="Mapping rules" count={<>{plural(draft.rules.length, 'rule')} · {now.since ? `version ${now.version}` : 'nothing was saved yet'}</>}
        badge={!now.applied && <StateBadge state="progress">assets are being mapped</StateBadge>}
        actions={<>
          {edited && <Button onClick={discard}>Discard</Button>}
          <Button onClick={() => setWriting(true)}>Edit as a document</Button>
          <Button kind="primary" disabledReason={may.reason ?? nothing} onClick={() => setSent(documentOf(draft))}>Preview changes</Button>
        </>} />
      <p className="max-w-[80ch] pb-3 text-dim">For each field of an asset the first rule that fits and has a value decides; what no rule sets stays as its connector said. Nothing is saved that was not previewed.{now.since && <> Version {now.version} was saved <RelativeTime at={now.since} /> by <Text wrap>{now.author ?? 'unknown'}</Text>.</>}</p>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
        <Unmapped now={now} />
        <Rules draft={draft} change={change} reason={may.reason} changed={edited !== undefined} />
        <Examples examples={draft.examples} />
      </div>
      {writing && <DocumentSheet text={edited ? documentOf(draft) : (now.document ?? documentOf(draft))} reason={may.reason} base={base} close={() => setWriting(false)} saved={discard} />}
      {sent !== undefined && <PreviewSheet document={sent} base={base} reason={may.reason} close={() => setSent(undefined)} saved={discard} />}
    </>
  )
}

/** What is still unknown, each a way to just those assets. */
function Unmapped({ now }: { now: Now }) {
  return (
    <Section title="Unmapped" note={`of ${plural(now.assets, 'asset')}`}>
      <ul className="num flex flex-wrap gap-x-6 gap-y-2" aria-label="Unmapped assets by field">
        {now.unmapped.map(({ field, assets, filter }) => (
          <li key={field} className="flex items-center gap-2">
            {assets === 0 ? <StateBadge state="ok">{field} known everywhere</StateBadge>
              : <StateBadge state="unknown"><Link className={LINK} to={path.fleet({ q: filter })}>{field} unknown on {of(assets, now.assets)}</Link></StateBadge>}
          </li>
        ))}
      </ul>
    </Section>
  )
}
