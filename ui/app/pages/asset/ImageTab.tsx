import type { components } from '~/api/generated/schema'
import { useApi } from '~/api/query'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { cx } from '~/util/class'
import { path, term } from '~/util/path-builder'
import { plural } from '~/util/units'
import { ImageBadge } from '../images/status'
import type { Drift } from './facts'

type Version = components['schemas']['LineageVersion']

/** How the versions of its family follow each other, and where this asset stands among them. */
export function ImageTab({ drift }: { drift: Drift }) {
  const family = drift.family ?? ''
  const lineage = useApi('/api/v1/images/{image}/lineage', { path: { image: family } }, { enabled: family !== '' })
  if (!family) {
    return (
      <EmptyState title="Not linked to a golden image" command={`qlrf image init --from-asset ${drift.asset_id}`}>
        {drift.proof && <p><Text wrap>{drift.proof}</Text></p>}Register the image that it runs, or write a link rule.
      </EmptyState>
    )
  }
  if (lineage.error) return <ErrorState error={lineage.error} retry={() => void lineage.refetch()} />
  if (!lineage.data) return <SkeletonRows rows={8} />
  const versions = [...lineage.data.versions].reverse()
  return (
    <Section title={family} note={`${plural(versions.length, 'version')}, the newest first · assets that run each as of now`}>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={`Versions of ${family}`}>
        <table className="num w-full min-w-140">
          <thead className="text-left text-xs text-meta"><tr className="[&>th]:pr-3 [&>th]:pb-1 [&>th]:font-normal"><th scope="col">Version</th><th scope="col">Standing</th><th scope="col">Published</th><th scope="col">Superseded</th><th scope="col" className="text-right">Running</th><th scope="col">Built from</th></tr></thead>
          <tbody>{versions.map((version) => <Line key={version.id} family={family} version={version} runs={version.version === drift.version} should={version.version === drift.target_version} />)}</tbody>
        </table>
      </div>
    </Section>
  )
}

function Line({ family, version, runs, should }: { family: string; version: Version; runs: boolean; should: boolean }) {
  const old = version.superseded_at && !runs
  const name = `${family}:${version.version}`
  return (
    <tr className={cx('h-9 border-t border-line [&>*]:pr-3', runs && 'bg-accent-weak')}>
      <th scope="row" className="text-left font-normal whitespace-nowrap">
        <span className={cx(version.revoked && 'line-through', old && 'text-dim')}><Text mono>{version.version}</Text></span>
        {runs && <strong className="ml-2 text-xs font-semibold">this asset</strong>}{should && !runs && <span className="ml-2 text-xs text-dim">should run</span>}
      </th>
      <td><ImageBadge {...version} /></td>
      <td className="text-meta">{version.published_at ? <RelativeTime at={version.published_at} /> : 'not published'}</td>
      <td className="text-meta">{version.superseded_at ? <RelativeTime at={version.superseded_at} /> : '–'}</td>
      <td className="text-right"><Link className={LINK} to={path.fleet({ q: term('image', name) })}>{plural(version.running, 'asset')}</Link></td>
      <td className="max-w-56 truncate text-meta">{version.git_commit ? <Text mono>{version.git_commit.slice(0, 12)}</Text> : version.source_version ?? version.source_image ? <Text>{version.source_version ?? version.source_image ?? ''}</Text> : <Unknown why="Its contract says nothing" />}</td>
    </tr>
  )
}
