import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { StackedBar } from '~/charts/StackedBar'
import { driftParts } from '~/components/DriftWords'
import { KeyValue, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, Unknown } from '~/ui/State'
import { CopyButton, Text } from '~/ui/Text'
import { imagePath, path, term, terms } from '~/util/path-builder'
import { count, of } from '~/util/units'
import { Bill } from './Bill'
import { Coordinates } from './Coordinates'

type Image = components['schemas']['Image']
type Row = components['schemas']['LineageVersion']

/** What is known of a version: where it starts from, where it runs, how it came to be. */
export function Facts({ image, row }: { image: Image; row?: Row }) {
  return (
    <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] gap-x-10 gap-y-6 pb-8 max-lg:grid-cols-1">
      <div className="grid content-start gap-6">
        <Environments image={image} />
        <Coordinates image={image} />
        <Bill image={image} />
      </div>
      <Section title="Summary"><Summary image={image} row={row} /></Section>
    </div>
  )
}

const moment = (at: string | null | undefined, otherwise: string) => (at ? <RelativeTime at={at} /> : <span className="text-meta">{otherwise}</span>)

function Summary({ image, row }: { image: Image; row?: Row }) {
  return (
    <KeyValue rows={[
      ['Form', `${image.form.toUpperCase()}, one of the three forms of contract`],
      ['Registered', <RelativeTime key="r" at={image.created_at} />],
      ['Published', moment(image.published_at, 'never')],
      ['Superseded', moment(row?.superseded_at, 'no')],
      ['Deprecated', moment(image.deprecated_at, 'no')],
      ['Retired', moment(image.retired_at, 'no')],
      ['Follows', row?.predecessor ? <Link key="p" className={LINK} to={path.image(image.family, row.predecessor)}><Text>{row.predecessor}</Text></Link> : <span key="p" className="text-meta">the first of its family</span>],
      ['Built from', row?.source_version ? <Link key="b" className={LINK} to={imagePath(row.source_version)}><Text>{row.source_version}</Text></Link> : row?.source_image ? <Text key="b" mono wrap>{row.source_image}</Text> : <Unknown key="b" why="The contract does not say" />],
      ['Commit', row?.git_commit ? <Text key="g" mono wrap>{row.git_commit}</Text> : <Unknown key="g" why="The contract does not say" />],
      ['Pipeline', row?.ci_pipeline_url ? <Text key="u" mono wrap>{row.ci_pipeline_url}</Text> : <Unknown key="u" why="The contract does not say" />],
      ['Digest', <span key="d" className="flex items-center gap-1"><Text mono>{image.digest}</Text><CopyButton text={image.digest} label="Copy digest" /></span>],
    ]} />
  )
}

function Environments({ image }: { image: Image }) {
  const reference = term('image', `${image.family}:${image.version}`)
  const { data, error, refetch } = useApi('/api/v1/drift/summary', { query: { q: reference } })
  const all = data?.total.total ?? 0
  return (
    <Section title="Where it runs" note={data && `${count(all)} assets`} actions={all > 0 && <Link className={LINK} to={path.fleet({ q: reference })}>Open the list</Link>}>
      {error ? <ErrorState compact error={error} retry={() => void refetch()} />
        : !data ? <SkeletonRows rows={4} />
          : all === 0 ? <EmptyState compact title="No asset runs it">Assets appear here when a connector says that they started from one of its coordinates, or a link rule fits them.</EmptyState>
            : (
              <table className="num w-full" aria-label="Where it runs">
                <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col">Environment</th><th scope="col">As the contract says</th><th scope="col">Not known</th><th scope="col" className="w-2/5 max-sm:hidden">Drift</th></tr></thead>
                <tbody>
                  {data.by_env.map((each) => (
                    <tr key={each.value ?? ''} className="h-9 border-t border-line">
                      <th scope="row" className="max-w-40 truncate text-left font-normal"><Link className="hover:underline" to={path.fleet({ q: terms(reference, term('env', each.value)) })}>{each.value ? <Text>{each.value}</Text> : <Unknown />}</Link></th>
                      <td className="whitespace-nowrap">{of(each.current, each.total)}</td>
                      <td>{each.unknown > 0 ? <StateBadge state="unknown">{count(each.unknown)}</StateBadge> : <span className="text-meta">none</span>}</td>
                      <td className="max-sm:hidden"><StackedBar label={`Drift in ${each.value ?? 'unknown'}`} parts={driftParts(each)} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
    </Section>
  )
}
