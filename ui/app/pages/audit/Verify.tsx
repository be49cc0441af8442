import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { components } from '~/api/generated/schema'
import { apiQuery, type QueryOf } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'
import { StateBadge } from '~/ui/State'
import { CopyButton, Text } from '~/ui/Text'
import { plural } from '~/util/units'

type Verdict = components['schemas']['AuditVerdict']
type Expect = QueryOf<'/api/v1/audit/verify'>

/** The whole chain is recomputed at the server, when asked: its cost grows with the trail. */
export function Verify() {
  const [expect, setExpect] = useState<Expect>()
  const [against, setAgainst] = useState(false)
  const run = useQuery({ ...apiQuery('/api/v1/audit/verify', { query: expect }), enabled: expect !== undefined, staleTime: Number.POSITIVE_INFINITY })
  const verify = (next: Expect) => (JSON.stringify(next) === JSON.stringify(expect) ? void run.refetch() : setExpect(next))
  return (
    <section aria-label="Verification of the trail" className="mb-3 grid gap-2 border-y border-line py-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button kind={run.data ? 'plain' : 'primary'} disabledReason={run.isFetching ? 'Being verified' : undefined} onClick={() => verify({})}>Verify the chain</Button>
        <Button kind="quiet" aria-expanded={against} onClick={() => setAgainst(!against)}>Against a head written down earlier</Button>
        <div role="status" className="min-w-0 grow basis-80">
          {run.isFetching ? <StateBadge state="progress">recomputing every record</StateBadge>
            : run.data ? <Result verdict={run.data} at={run.dataUpdatedAt} compared={expect?.expect_hash !== undefined} />
              : !run.error && <StateBadge state="unknown">not verified on this visit</StateBadge>}
        </div>
      </div>
      {run.error && !run.isFetching ? <ErrorState compact error={run.error} retry={() => void run.refetch()} /> : null}
      {against && <Against onVerify={verify} />}
    </section>
  )
}

function Result({ verdict, at, compared }: { verdict: Verdict; at: number; compared: boolean }) {
  if (!verdict.intact) {
    return <div><StateBadge state="critical">broken{verdict.broken_seq != null && ` at record ${verdict.broken_seq}`}</StateBadge>{verdict.reason && <p className="text-dim"><Text wrap>{verdict.reason}</Text></p>}</div>
  }
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3">
      <StateBadge state="ok">intact{compared && ', and contains that head'}</StateBadge>
      <span className="num text-meta">{plural(verdict.rows ?? 0, 'record')} · <RelativeTime at={at} /></span>
      {verdict.head_hash && <span className="flex min-w-0 items-center gap-1"><span className="text-meta">head</span> <Text mono wrap className="break-all">{verdict.head_hash}</Text><CopyButton text={verdict.head_hash} label="Copy head hash" /></span>}
    </div>
  )
}

function Against({ onVerify }: { onVerify: (expect: Expect) => void }) {
  const [seq, setSeq] = useState('')
  const [hash, setHash] = useState('')
  const wrong = !/^\d+$/.test(seq.trim()) ? 'Write the number of the record' : !/^[0-9a-f]{64}$/i.test(hash.trim()) ? 'Write its hash, 64 hexadecimal digits' : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!wrong) onVerify({ expect_seq: Number(seq), expect_hash: hash.trim().toLowerCase() })
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <div className="w-28"><Field id="head-seq" label="Records then"><Input id="head-seq" inputMode="numeric" value={seq} onChange={(event) => setSeq(event.target.value)} /></Field></div>
      <div className="min-w-0 grow basis-80"><Field id="head-hash" label="Head hash then"><Input id="head-hash" spellCheck={false} value={hash} onChange={(event) => setHash(event.target.value)} /></Field></div>
      <Button type="submit" disabledReason={wrong}>Compare</Button>
    </form>
  )
}
