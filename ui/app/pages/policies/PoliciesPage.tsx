import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { Actor } from '~/ui/Actor'
import { Button } from '~/ui/Button'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { Tabs, type Tab } from '~/ui/Tabs'
import { Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { BundleSheet } from './BundleSheet'
import { Decisions } from './Decisions'
import { Freezes } from './Freezes'
import { RulesTable } from './RulesTable'
import type { Rules } from './words'

const read = (raw: RawSearch) => ({ tab: oneOf(raw.tab, ['rules', 'decisions'] as const) ?? 'rules' })

/** The rules that say which plans may not be run, and what they said. */
export default function PoliciesPage() {
  const rules = useApi('/api/v1/policies')
  const may = useCan('policy:write')
  const [{ tab }, set] = useUrl(read)
  const [writing, setWriting] = useState(false)
  const { data } = rules
  const tabs: Tab[] = [
    { id: 'rules', label: 'Rules', content: rules.error ? <ErrorState error={rules.error} retry={() => void rules.refetch()} /> : data ? <Held rules={data} /> : <SkeletonRows rows={10} /> },
    { id: 'decisions', label: 'Decisions', content: <Decisions /> },
  ]
  return (
    <div className="pb-8">
      <PageHeader title="Policies" count={data && `${plural(data.rules.length, 'rule')} · ${data.bundle ? `version ${data.bundle.version}` : 'the shipped ones alone'}`}
        actions={<Button kind="primary" icon={<FileUp />} disabledReason={may.reason ?? (data ? undefined : 'The rules are not known yet')} onClick={() => setWriting(true)}>Change own rules</Button>} />
      <p className="max-w-[80ch] pb-3 text-dim">Rules say which plans may not be run as they are, why, and what to do. What is not known counts as production, and a rule that does not answer denies. Nothing runs plans yet, so a verdict stops nothing yet.</p>
      <Tabs label="Parts of the policies" tabs={tabs} value={tab} onChange={(next) => set({ tab: next === 'rules' ? undefined : next, peek: undefined, verdict: undefined, plan: undefined })} />
      {writing && data && <BundleSheet rules={data} reason={may.reason} close={() => setWriting(false)} />}
    </div>
  )
}

function Held({ rules }: { rules: Rules }) {
  const { bundle } = rules
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      {rules.bundle_problem && <p role="status"><StateBadge state="critical">every plan is denied: the organisation&apos;s rules cannot be used</StateBadge> <Text wrap>{rules.bundle_problem}</Text></p>}
      {bundle && <p className="text-dim">Version {bundle.version} of the organisation&apos;s rules was saved <RelativeTime at={bundle.saved_at} /> by <Actor>{bundle.author}</Actor>.</p>}
      <RulesTable rules={rules.rules} />
      <Freezes freezes={bundle?.freezes ?? []} />
      <p className="text-xs text-meta">Shipped rules <Text mono wrap className="break-all">{rules.baseline_digest}</Text></p>
    </div>
  )
}
