import type { components } from '~/api/generated/schema'
import { KeyValue, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { Actor } from '~/ui/Actor'
import { Text } from '~/ui/Text'
import { PartActions } from './PartActions'
import { detailOf, type Part } from './parts'
import { PairWords } from './SiteList'

type Site = components['schemas']['Site']

/** What people say of a site: its title, where it is, and what stands in for it. */
export function Declaration({ name, site }: { name: string; site: Site }) {
  const part: Part = { name, assets: site.total, declared: site.declared, pair: site.pair }
  const { declared } = site
  const text = (key: string, value: string | null | undefined) => (value ? [[key, <Text key={key} wrap>{value}</Text>] as const] : [])
  return (
    <Section title="Declared" note={declared ? <>{declared.since && <RelativeTime at={declared.since} />} by <Actor>{declared.author}</Actor></> : 'by nobody'} actions={<PartActions noun="site" part={part} />} className="mb-6">
      {!declared ? <p className="text-dim">Assets say that they are here. Declare it to say what this word means, and which site stands in for it.</p> : (
        <KeyValue rows={[
          ['Kind', detailOf(part)],
          ...text('Title', declared.spec.title),
          ...text('Location', declared.spec.location),
          ...text('Time zone', declared.spec.time_zone),
          ...text('Description', declared.spec.description),
          ['Pair', site.pair ? <span key="pair"><PairWords pair={site.pair} />, <RelativeTime at={site.pair.since} /></span> : 'none'],
        ]} />
      )}
    </Section>
  )
}
