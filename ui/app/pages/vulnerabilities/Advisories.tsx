import type { components } from '~/api/generated/schema'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { Link } from '~/ui/Link'
import { StateBadge, Unknown } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { path, term, terms } from '~/util/path-builder'
import { count, of } from '~/util/units'
import { SeverityBadge } from './columns'

type Vulnerability = components['schemas']['Vulnerability']
const HEAD = 'text-left text-xs text-meta [&_th]:px-2 [&_th]:pb-1 [&_th]:font-normal'
const ROW = 'border-t border-line [&>*]:px-2 [&>*]:py-2 [&>*]:align-top'

/** Which installed versions have it, and the first version without it. */
export function Packages({ data }: { data: Vulnerability }) {
  if (data.affected_packages.length === 0) return <EmptyState compact title="No installed package has it" />
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Packages and fixes">
      <table className="num w-full min-w-160">
        <thead className={HEAD}><tr><th scope="col">Package</th><th scope="col">Installed</th><th scope="col">Fixed in</th><th scope="col">System</th><th scope="col">Severity</th><th scope="col" className="text-right!">Assets</th></tr></thead>
        <tbody>
          {data.affected_packages.map((each) => (
            <tr key={`${each.advisory} ${each.ecosystem} ${each.name} ${each.version} ${each.arch}`} className={ROW}>
              <th scope="row" className="text-left font-normal"><Text wrap>{each.name}</Text> <span className="text-xs text-meta"><Text>{each.arch}</Text></span></th>
              <td><Text mono wrap>{each.version}</Text></td>
              <td>{each.fixed_version ? <Text mono wrap>{each.fixed_version}</Text> : <StateBadge state="critical">none published</StateBadge>}</td>
              <td className="text-dim"><Text>{each.ecosystem}</Text></td>
              <td><SeverityBadge severity={each.severity} /></td>
              <td className="text-right"><Link title={of(each.assets, data.affected)} to={path.fleet({ q: terms(term('cve', data.id), term('package', each.name)) })} className="hover:underline">{count(each.assets)}</Link></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function Advisories({ data }: { data: Vulnerability }) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Advisories">
      <table className="num w-full min-w-160">
        <thead className={HEAD}><tr><th scope="col">Advisory</th><th scope="col">Says</th><th scope="col">CVSS</th><th scope="col">Speaks of</th><th scope="col">Published</th><th scope="col">Changed</th></tr></thead>
        <tbody>
          {data.advisories.map((each) => (
            <tr key={each.id} className={ROW}>
              <th scope="row" className="text-left font-normal"><Text wrap>{each.id}</Text></th>
              <td className="max-w-[50ch] text-dim">{each.summary ? <LongText wrap title={each.id}>{each.summary}</LongText> : <span className="text-meta">no summary</span>}</td>
              <td>{each.cvss ? each.cvss.score.toFixed(1) : <Unknown why="The advisory gives no vector" />}</td>
              <td><Text wrap>{each.cves.join(', ') || 'no CVE'}</Text></td>
              <td className="whitespace-nowrap">{each.published ? <RelativeTime at={each.published} /> : <Unknown />}</td>
              <td className="whitespace-nowrap">{each.modified ? <RelativeTime at={each.modified} /> : <Unknown />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
