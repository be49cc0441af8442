import type { ReactNode } from 'react'
import { useApi } from '~/api/query'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { useAsOf } from '~/state/as-of'
import { StateBadge, Unknown } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { pointer, readFacts, sinceOf, sourceOf, type Asset, type Moment } from './facts'

const NAMES: Record<string, string> = {
  state: 'State', site: 'Site', region: 'Region', account: 'Account', env: 'Environment', project: 'Project', workload: 'Workload', owner: 'Owner',
  criticality: 'Criticality', exposure: 'Exposure', image_ref: 'Image reference', launched_at: 'Launched',
}
type Row = [name: string, value: string | null, since: string | undefined]

/** Every fact with its source and its age. */
export function FactsTab({ asset }: { asset: Asset }) {
  const asOf = useAsOf()
  const history = useApi('/api/v1/assets/{id}/history', { path: { id: asset.id } })
  const facts = readFacts(asset.facts)
  const moments: Moment[] = (history.data ?? []).filter((moment) => !asOf || Date.parse(moment.recorded_from) <= Date.parse(asOf))
  const since = (...keys: string[]) => sinceOf(moments, pointer(...keys))
  const rows = (values: Record<string, string | null>, under?: string): Row[] =>
    Object.entries(values).map(([key, value]) => [under ? key : (NAMES[key] ?? key), value, under ? since(under, key) : since(key)])
  const group = (title: string, values: Row[] | null, why: string, ...fields: string[]) => (
    <Section key={title} title={title} note={values ? <>from <Text>{sourceOf(asset, facts.confidence, ...fields)}</Text></> : undefined}>
      {values === null ? <Unknown why={why} /> : values.length === 0 ? <p className="text-meta">None.</p> : <Facts label={title} rows={values} />}
    </Section>
  )
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      {group('Identity', [['Name', facts.name, since('name')], ['Native id', facts.native_id, since('native_id')], ['Platform', facts.platform, since('platform')], ['Kind', facts.kind, since('kind')], ...rows(facts.words)], '', 'name', ...Object.keys(facts.words))}
      {Object.keys(facts.mapped).length > 0 && group('Set by mapping rules', rows(facts.mapped, 'mapped_by'), '', ...Object.keys(facts.mapped))}
      {group('System', rows(facts.os, 'os'), '', 'os')}
      {group('Labels', rows(facts.labels, 'labels'), '', 'labels')}
      {group('Services', facts.services && rows(facts.services, 'services'), 'Service states were not observed', 'services')}
      {group('Settings', facts.config && rows(facts.config, 'config'), 'Settings were not observed', 'config')}
      <Section title="Pending updates" note={facts.pending ? plural(facts.pending.length, 'update') : undefined}>
        {facts.pending === null ? <Unknown why="The package manager was not asked" /> : facts.pending.length === 0 ? <p className="text-meta">None.</p> : <Pending updates={facts.pending} />}
      </Section>
      {facts.other.length > 0 && group('Others', facts.other.map(([key, value]): Row => [key, value, since(key)]), '', ...facts.other.map(([key]) => key))}
    </div>
  )
}

const Head = ({ children }: { children: ReactNode }) => <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal">{children}</tr></thead>

function Facts({ label, rows }: { label: string; rows: Row[] }) {
  return (
    <table className="num w-full table-fixed" aria-label={label}>
      <Head><th scope="col" className="w-[32%]">Fact</th><th scope="col">Value</th><th scope="col" className="w-24 text-right">Since</th></Head>
      <tbody>
        {rows.map(([name, value, since]) => (
          <tr key={name} className="border-t border-line align-top [&>*]:py-1.5">
            <th scope="row" className="pr-3 text-left font-normal break-words text-dim"><Text wrap>{name}</Text></th>
            <td className="min-w-0 pr-3 break-words">{value === null ? <Unknown /> : <LongText wrap title={name} className="break-all">{value}</LongText>}</td>
            <td className="text-right text-xs text-meta">{since ? <RelativeTime at={since} /> : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Pending({ updates }: { updates: NonNullable<ReturnType<typeof readFacts>['pending']> }) {
  return (
    <table className="num w-full table-fixed" aria-label="Pending updates">
      <Head><th scope="col">Package</th><th scope="col">Installed</th><th scope="col">Candidate</th><th scope="col" className="w-24">Kind</th></Head>
      <tbody>
        {updates.map((each) => (
          <tr key={`${each.name} ${each.arch}`} className="border-t border-line [&>*]:truncate [&>*]:py-1.5 [&>*]:pr-3">
            <th scope="row" className="text-left font-normal"><Text mono>{each.name}</Text></th>
            <td>{each.installed ? <Text mono>{each.installed}</Text> : <Unknown />}</td>
            <td>{each.candidate ? <Text mono>{each.candidate}</Text> : <Unknown />}</td>
            <td>{each.security ? <StateBadge state="warning">security</StateBadge> : <span className="text-meta">other</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
