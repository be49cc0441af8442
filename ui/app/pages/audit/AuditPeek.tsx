import { useApi } from '~/api/query'
import { KeyValue, Section, Sentence } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge } from '~/ui/State'
import { CopyButton, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { absolute } from '~/util/time'
import { outcome, type Entry } from './AuditPage'

/** One record, and the request that it belongs to. */
export function AuditPeek({ entry }: { entry: Entry }) {
  const copied = (text: string, label: string) => <span className="flex items-start gap-1"><Text mono wrap className="break-all">{text}</Text><CopyButton text={text} label={label} /></span>
  return (
    <div className="grid gap-5">
      <KeyValue rows={[
        ['What', <Text key="w" mono wrap className="break-all">{`${entry.method} ${entry.path}`}</Text>],
        ['Permission', <Text key="p">{entry.permission}</Text>],
        ['Who', <span key="a" className="flex items-start gap-1"><Link to={path.audit({ actor: entry.actor })} className={LINK}><Text wrap>{entry.actor}</Text></Link><CopyButton text={entry.actor} label="Copy actor" /></span>],
        ['When', absolute(new Date(entry.at))],
        ['Hash', copied(entry.hash, 'Copy hash')],
        ['Request', copied(entry.request_id, 'Copy request id')],
      ]} />
      <Section title="The request"><Request id={entry.request_id} /></Section>
    </div>
  )
}

function Request({ id }: { id: string }) {
  const records = useApi('/api/v1/audit', { query: { request_id: id } })
  if (records.error) return <ErrorState compact error={records.error} retry={() => void records.refetch()} />
  if (!records.data) return <SkeletonRows rows={2} />
  const ended = records.data.items.some((each) => each.phase === 'end')
  return (
    <>
      <ol>
        {[...records.data.items].sort((a, b) => a.seq - b.seq).map((each) => {
          const [state, word] = outcome(each)
          return <li key={each.seq} className="num flex items-baseline gap-3 border-b border-line py-1.5 last:border-0"><span className="w-14 text-meta">{each.seq}</span><StateBadge state={state}>{word}</StateBadge><span className="ml-auto text-xs text-meta"><RelativeTime at={each.at} /></span></li>
        })}
      </ol>
      {!ended && <Sentence>It has no end: nobody knows how it went.</Sentence>}
    </>
  )
}
