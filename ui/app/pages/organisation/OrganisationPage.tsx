import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import { KeyValue, PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { CopyButton, Text } from '~/ui/Text'
import { Members } from './Members'
import { Rename } from './Rename'
import { Roles } from './Roles'
import { Freshness } from './Freshness'
import { SlaTimes } from './Sla'

export default function OrganisationPage() {
  const organisation = useApi('/api/v1/organization')
  const mayMembers = useCan('member:read', 'read')
  const data = organisation.data
  return (
    <div className="pb-8">
      <PageHeader title="Organisation" />
      {organisation.error && !data ? <ErrorState error={organisation.error} retry={() => void organisation.refetch()} /> : (
        <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-x-10 gap-y-6 max-xl:grid-cols-1">
          <div className="grid min-w-0 content-start gap-6">
            <Section title="Identity">
              {!data ? <SkeletonRows rows={4} /> : (
                <div className="grid gap-4">
                  <KeyValue rows={[
                    ['Name', <Text key="n" wrap>{data.name}</Text>],
                    ['Short name', <span key="s" className="flex items-center gap-2"><Text mono>{data.slug}</Text><span className="text-xs text-meta">for good</span></span>],
                    ['Id', <span key="i" className="flex items-center gap-1"><Text mono>{data.id}</Text><CopyButton text={data.id} label="Copy id" /></span>],
                    ['Since', <RelativeTime key="c" at={data.created_at} />],
                  ]} />
                  <Rename key={data.name} name={data.name} />
                </div>
              )}
            </Section>
            <SlaTimes />
            <Freshness />
            {mayMembers.may ? <Members /> : <Section title="Members"><StateBadge state="unknown">{mayMembers.reason}</StateBadge></Section>}
          </div>
          <Roles />
        </div>
      )}
    </div>
  )
}
