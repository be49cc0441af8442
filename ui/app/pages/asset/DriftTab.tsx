import { useState, type ReactNode } from 'react'
import { useApi } from '~/api/query'
import { DriftBadge } from '~/components/DriftWords'
import { Section, Sentence } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Link, LINK } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import type { State } from '~/util/states'
import { count, days, plural } from '~/util/units'
import { type PackageDifference, packagesOf, valuesOf } from '../drift/differences'
import type { Drift } from './facts'

const SHOWN = 100
const WHY: Record<string, string> = { not_observed: 'was not observed', not_comparable: 'cannot be compared', not_packaged: 'is not a package here' }

/** Where the server sent no sentence. */
const told = ({ name, expected, actual }: { name: string; expected?: string; actual?: string }) => `${name}: expected ${expected ?? 'nothing'}, has ${actual ?? 'nothing'}`

/** What differs from the image that it should run, one sentence each, with the way to the package. */
export function DriftTab({ drift }: { drift: Drift }) {
  const packages = packagesOf(drift.packages)
  const services = valuesOf(drift.services)
  const config = valuesOf(drift.config)
  const said = packages.length + services.length + config.length
  // The sentences come in this order: the image lag, packages, services, settings.
  const lag = drift.sentences.slice(0, Math.max(drift.sentences.length - said, 0))
  const about = drift.sentences.slice(lag.length)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Verdict drift={drift} lag={lag} />
      {packages.length > 0 && (
        <Differences title="Packages" items={packages.map((each, i) => packageItem(drift, each, about[i]))} />
      )}
      {[['Services', services, packages.length] as const, ['Settings', config, packages.length + services.length] as const].map(([title, values, from]) => values.length > 0 && (
        <Differences key={title} title={title} items={values.map((each, i) => ({
          key: each.name, state: 'warning', word: 'differs', sentence: about[from + i] ?? told(each),
        }))} />
      ))}
      {drift.update && drift.target_version && <Update update={drift.update} drift={drift} to={drift.target_version} />}
      {drift.unverified.length > 0 && <NotCompared unverified={drift.unverified} />}
    </div>
  )
}

function Verdict({ drift, lag }: { drift: Drift; lag: string[] }) {
  const nothing = drift.sentences.length === 0
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <DriftBadge drift={drift.state} />
        <span className="num text-meta">judged so since <RelativeTime at={drift.since} />{drift.severity !== 'none' && ` · severity ${drift.severity}`}</span>
      </p>
      {drift.family && (
        <Sentence>
          Compared with <Version family={drift.family} version={drift.version} /><Commit family={drift.family} version={drift.version} />
          {drift.target_version && drift.target_version !== drift.version && <>; it should run <strong><Version family={drift.family} version={drift.target_version} short /></strong></>}
          {drift.versions_behind ? `; ${plural(drift.versions_behind, 'version')} behind` : ''}{drift.superseded_at && <>, superseded <RelativeTime at={drift.superseded_at} /></>}
          {drift.lag_days ? `; outdated for ${days(drift.lag_days)}` : ''}.
        </Sentence>
      )}
      {drift.proof && <Sentence>{drift.family ? 'Linked by ' : 'Not linked: '}<Text wrap>{drift.proof}</Text>.</Sentence>}
      {lag.map((text) => <Sentence key={text}><Text wrap>{text}</Text></Sentence>)}
      {!drift.explained && <StateBadge state="stale">Images or link rules changed since this was judged; the differences follow with the next judgement</StateBadge>}
      {drift.state === 'unmanaged' && <EmptyState compact title="No golden image is linked to it" command={`qlrf image init --from-asset ${drift.asset_id}`}>Write a first contract from what was seen of it, register it, and it is compared from then on.</EmptyState>}
      {nothing && drift.state === 'current' && <Sentence>Nothing differs from what was compared.</Sentence>}
      {nothing && drift.unverified.length > 0 && <Sentence>No difference was found, and {plural(drift.unverified.length, 'expectation')} could not be compared.</Sentence>}
    </div>
  )
}

function Version({ family, version, short }: { family: string; version: string | null | undefined; short?: boolean }) {
  if (!version) return <><Link to={path.family(family)} className={LINK}><Text>{family}</Text></Link> of an unknown version</>
  return <Link to={path.image(family, version)} className={LINK}><Text>{short ? version : `${family} ${version}`}</Text></Link>
}

/** Which build that version is, where its contract says it. */
function Commit({ family, version }: { family: string; version: string | null | undefined }) {
  const lineage = useApi('/api/v1/images/{image}/lineage', { path: { image: family } })
  const commit = lineage.data?.versions.find((each) => each.version === version)?.git_commit
  return commit ? <> (commit <Text mono>{commit.slice(0, 12)}</Text>)</> : null
}

interface Item { key: string; state: State; word: string; sentence: string; evidence?: ReactNode }

function Differences({ title, items }: { title: string; items: Item[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? items : items.slice(0, SHOWN)
  return (
    <Section title={title} note={`${plural(items.length, 'difference')}`}>
      <ul>
        {shown.map((item) => (
          <li key={item.key} className="grid grid-cols-[6.5rem_minmax(0,1fr)_auto] gap-x-2 border-b border-line py-2 last:border-0 max-md:grid-cols-1">
            <StateBadge state={item.state} className="self-start">{item.word}</StateBadge>
            <p className="min-w-0 break-words"><LongText wrap title={title}>{item.sentence}</LongText></p>
            {item.evidence && <p className="flex items-baseline gap-x-3 text-xs text-meta">{item.evidence}</p>}
          </li>
        ))}
      </ul>
      {shown.length < items.length && <Button onClick={() => setAll(true)}>Show all {count(items.length)}</Button>}
    </Section>
  )
}

function packageItem(drift: Drift, each: PackageDifference, sentence: string | undefined): Item {
  return {
    key: `${each.name} ${each.arch} ${each.change}`, state: each.state, word: each.change, sentence: sentence ?? told(each),
    evidence: <><Link to={path.asset(drift.asset_id, { tab: 'packages', q: each.name })} className={LINK}><Text mono>{each.name}</Text></Link>{each.arch}</>,
  }
}

/** What it has, against the version that it should run and does not. */
function Update({ update, drift, to }: { update: NonNullable<Drift['update']>; drift: Drift; to: string }) {
  const packages = packagesOf(update.packages)
  const title = `What moving to ${to} changes`
  if (packages.length > 0) return <Differences title={title} items={packages.map((each, i) => packageItem(drift, each, update.sentences[i]))} />
  return (
    <Section title={title}>
      <Sentence>{update.has_packages ? 'No package: it has those of that version already.' : 'Not known: the contract of that version says nothing of packages.'}</Sentence>
      {update.unverified.length > 0 && <NotCompared unverified={update.unverified} />}
    </Section>
  )
}

function NotCompared({ unverified }: { unverified: Drift['unverified'] }) {
  return (
    <Section title="Not compared" note={plural(unverified.length, 'expectation')}>
      <ul>
        {unverified.map((each) => (
          <li key={each.what} className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-1.5 last:border-0">
            <StateBadge state="unknown"><Text mono>{each.what}</Text></StateBadge><span className="text-meta">{WHY[each.why] ?? each.why}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
