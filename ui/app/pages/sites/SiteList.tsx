import type { components } from '~/api/generated/schema'
import { EmptyState } from '~/components/States'
import { Section } from '~/components/Page'
import { Link } from '~/ui/Link'
import { StateBadge, Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { ragState } from '~/util/states'
import { count, percent } from '~/util/units'
import { PartActions } from './PartActions'
import { detailOf, undeclaredWords, type Part, type SitePair } from './parts'

type Site = components['schemas']['Site']

/** Every site by name: what people say of it, who stands in for it, and what can be done. */
export function SiteList({ sites }: { sites: Site[] }) {
  const named = sites.flatMap((site): (Part & { site: Site })[] => (site.site ? [{ name: site.site, assets: site.total, declared: site.declared, pair: site.pair, site }] : []))
  const rows = named.sort((a, b) => a.name.localeCompare(b.name))
  const unknown = sites.find((site) => !site.site)
  return (
    <Section title="All sites" note={undeclaredWords(rows)} className="border-t-0! pt-0!">
      <p className="mb-3 max-w-[80ch] text-dim">Assets say where they are; declaring a site says what that word means, and moves no asset. Mapping rules change the words of assets.</p>
      {rows.length === 0 && <EmptyState compact title="No asset says where it is, and no site is declared" command="qlrf site create NAME --kind datacentre" />}
      <table className="num w-full" aria-label="All sites">
        <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col">Site</th><th scope="col" className="max-md:hidden">Declared as</th><th scope="col" className="pl-3">Pair</th><th scope="col" className="text-right">Assets</th><th scope="col" className="pl-4 max-md:hidden">Coverage</th><th scope="col"><span className="sr-only">Actions</span></th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className="h-9 border-t border-line">
              <th scope="row" className="max-w-56 truncate text-left font-normal max-md:max-w-24"><Link className="hover:underline" to={path.site(row.name)}><Text>{row.name}</Text></Link>{row.declared?.spec.title && <span className="ml-2 text-xs text-meta max-md:hidden"><Text>{row.declared.spec.title}</Text></span>}</th>
              <td className="max-md:hidden"><Standing part={row} /></td>
              <td className="max-w-40 pl-3 wrap-anywhere max-md:max-w-28">{row.pair ? <PairWords pair={row.pair} /> : <span className="text-meta">none</span>}</td>
              <td className="text-right"><Link className="hover:underline" to={path.fleet({ q: term('site', row.name) })}>{count(row.assets)}</Link></td>
              <td className="pl-4 max-md:hidden">{row.assets === 0 ? <span className="text-meta">no assets</span> : <StateBadge state={ragState(row.site.rag)}>{row.site.coverage_percent == null ? 'unknown' : percent(row.site.coverage_percent, 0)}</StateBadge>}</td>
              <td className="pl-2"><PartActions noun="site" part={row} /></td>
            </tr>
          ))}
          {unknown && (
            <tr className="h-9 border-t border-line">
              <th scope="row" className="text-left font-normal"><Link className="hover:underline" to={path.fleet({ q: term('site', null) })}><Unknown why="No connector and no rule says where they are" /></Link></th>
              <td className="max-md:hidden" /><td /><td className="text-right"><Link className="hover:underline" to={path.fleet({ q: term('site', null) })}>{count(unknown.total)}</Link></td><td className="max-md:hidden" />
              <td className="pl-2 text-right"><Link className="text-accent hover:underline" to={path.mapping()}>Map them</Link></td>
            </tr>
          )}
        </tbody>
      </table>
    </Section>
  )
}

/** What it is declared as, or that it is not. */
export function Standing({ part }: { part: Part }) {
  if (!part.declared) return <StateBadge state="unknown">undeclared</StateBadge>
  return <Text>{detailOf(part) ?? 'declared'}</Text>
}

export const PairWords = ({ pair }: { pair: SitePair }) => <>{pair.role} of <Link className="hover:underline" to={path.site(pair.with)}><Text>{pair.with}</Text></Link></>
