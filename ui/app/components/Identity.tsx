import type { components } from '~/api/generated/schema'
import { Link, LINK } from '~/ui/Link'
import { StateBadge } from '~/ui/State'
import { LongText, Text } from '~/ui/Text'
import { path } from '~/util/path-builder'

export type Conflict = components['schemas']['IdentityConflict']

interface Because { words: string; then: string }
/** Why an identity joins nobody, and what to do about it. */
const BECAUSE: Record<string, Because> = {
  twice_in_one_source: { words: 'one source knows several machines with it', then: 'Clones share it: give each a machine-id of its own (rm /etc/machine-id && systemd-machine-id-setup).' },
  stronger_differs: { words: 'a stronger identity differs', then: 'If they are clones, give each a machine-id of its own; otherwise nothing has to be done.' },
  machine_id_alone: { words: 'a machine-id alone proves nothing between sources of one kind', then: 'Let one source see more, or list the host in one of them only.' },
  simulated: { words: 'some are simulated and some are not', then: 'Remove the simulated connector.' },
  too_many: { words: 'too many claim it', then: 'Clones share it: give each a machine-id of its own.' },
}

export const becauseOf = (reason: string): Because => BECAUSE[reason] ?? { words: reason.replaceAll('_', ' '), then: '' }

export const Proved = ({ identity }: { identity: Conflict['identity'] }) => <span>{identity.kind.replaceAll('_', ' ')} <LongText wrap mono title="Identity" className="break-all">{identity.value}</LongText></span>

/** An identity that proves nothing, why, and who claims it besides `own`. */
export function Contradiction({ conflict, own }: { conflict: Conflict; own?: string }) {
  const others = conflict.assets.filter(({ id }) => id !== own)
  return (
    <>
      <StateBadge state="warning" className="whitespace-normal!">{becauseOf(conflict.reason).words}</StateBadge>
      <Proved identity={conflict.identity} />
      <span className="flex flex-wrap gap-x-2 text-meta">{own ? 'also claimed by' : 'claimed by'} {others.map(({ id, name }) => <Link key={id} to={path.asset(id)} className={LINK}><Text>{name}</Text></Link>)}{conflict.more && 'and more'}</span>
    </>
  )
}
