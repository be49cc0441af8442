import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import { Confirm } from '~/components/Confirm'
import { Contradiction, Proved } from '~/components/Identity'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'
import { Link, LINK, useGo } from '~/ui/Link'
import { Unknown } from '~/ui/State'
import { LongText, Text, visible } from '~/ui/Text'
import { path } from '~/util/path-builder'
import type { Asset } from './facts'

type Source = Asset['sources'][number]

const REASON_MAX = 500
/** Who is who changes what counts, is judged and is found. */
const TOUCHED = ['assets', 'drift', 'vulnerabilities', 'overview', 'sites', 'images']

/** Which sources see the machine, by what proof they are taken for the same, and the way to take one out. */
export function SeenBy({ asset }: { asset: Asset }) {
  const [leaving, setLeaving] = useState<Source>()
  const may = useCan('asset:split')
  const several = asset.sources.length > 1
  return (
    <Section title="Seen by" note={several ? `${asset.sources.length} sources, one machine` : undefined}>
      <ul aria-label="Sources" className="grid gap-3">
        {asset.sources.map((source) => (
          <li key={source.id} className="grid gap-1 border-t border-line pt-2 first:border-0 first:pt-0">
            <Who source={source} />
            {several && <Proof source={source} />}
            {several && <Button className="justify-self-start" disabledReason={may.reason} onClick={() => setLeaving(source)} aria-label={`Split what ${visible(source.connector || source.connector_kind)} sees`}>Split</Button>}
          </li>
        ))}
      </ul>
      {asset.split && <Apart asset={asset} split={asset.split} />}
      {asset.conflicts.length > 0 && (
        <ul aria-label="Identities that prove nothing" className="mt-3 grid gap-2 border-t border-line pt-2 text-xs">
          {asset.conflicts.map((each) => <li key={`${each.identity.kind} ${each.identity.value}`} className="grid gap-1"><Contradiction conflict={each} own={asset.id} /></li>)}
        </ul>
      )}
      {leaving && <AskSplit asset={asset} source={leaving} close={() => setLeaving(undefined)} />}
    </Section>
  )
}

function Who({ source }: { source: Source }) {
  const scope = source.scope && [source.scope.account, source.scope.region, source.scope.kind.replaceAll('_', ' ')].filter((part) => part !== '-').join(' · ')
  return (
    <>
      <span className="flex flex-wrap items-baseline gap-x-2">
        {source.connector ? <Link to={path.connector(source.connector_id)} className={LINK}><Text>{source.connector}</Text></Link> : <span className="text-meta">a deleted connector</span>}
        <span className="text-xs text-meta"><Text>{source.connector_kind}</Text> · {source.last_seen ? <>last seen <RelativeTime at={source.last_seen} /></> : <Unknown why="Its scope was never listed completely" />}</span>
      </span>
      <span className="text-xs"><LongText wrap mono title="Native id" className="break-all">{source.native_id}</LongText></span>
      {scope && <span className="text-xs text-meta"><Text wrap>{scope}</Text></span>}
    </>
  )
}

function Proof({ source }: { source: Source }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-xs">
      <dt className="text-meta">Same by</dt>
      <dd className="grid">{source.proof.map((each) => <Proved key={each.kind} identity={each} />)}</dd>
      <dt className="text-meta">Its word</dt>
      <dd className="text-dim">{source.fields.length ? source.fields.map((field) => field.replaceAll('_', ' ')).join(', ') : 'nothing that another one does not know better'}</dd>
    </dl>
  )
}

function AskSplit({ asset, source, close }: { asset: Asset; source: Source; close: () => void }) {
  const [reason, setReason] = useState('')
  const split = useSend('post', '/api/v1/assets/{id}/split', TOUCHED)
  const confirm = () => split.mutate({ path: { id: asset.id }, body: { source: source.id, reason: reason.trim() } }, {
    onSuccess: () => { announce('Split: two assets now'); close() },
  })
  return (
    <Confirm open onOpenChange={(on) => { if (!on) close() }} title="Split this asset" action="Split" pending={split.isPending} error={split.error}
      missing={reason.trim() ? undefined : 'Say why first'} onConfirm={confirm}>
      <p className="text-dim">What <Text>{source.connector || source.connector_kind}</Text> sees becomes an asset of its own, with its own drift and findings, and stays one whatever it claims to be. It can be joined again from its page.</p>
      <Field id="split-reason" label="Why they are different machines" help="Shown on the asset that is split off, and kept in the audit trail of splits.">
        <Input id="split-reason" value={reason} maxLength={REASON_MAX} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
      </Field>
    </Confirm>
  )
}

function Apart({ asset, split }: { asset: Asset; split: NonNullable<Asset['split']> }) {
  const may = useCan('asset:split')
  const go = useGo()
  const join = useSend('post', '/api/v1/assets/{id}/join', TOUCHED)
  const run = () => join.mutate({ path: { id: asset.id } }, {
    onSuccess: (place) => { announce('Joined again'); go(path.asset(place.asset_id)) },
  })
  return (
    <div role="note" className="mt-3 grid gap-1 border-t border-line pt-2 text-xs">
      <span>Split from <Link to={path.asset(split.from_id)} className={LINK}>another asset</Link> by <Text>{split.author}</Text> <RelativeTime at={split.at} />: <LongText wrap title="Reason">{split.reason}</LongText></span>
      <Button className="justify-self-start" disabledReason={may.reason ?? (join.isPending ? 'Under way' : undefined)} onClick={run}>Join again</Button>
      {join.error && <span role="alert">{join.error.message}</span>}
    </div>
  )
}
