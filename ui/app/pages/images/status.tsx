import { StateBadge } from '~/ui/State'
import { cx } from '~/util/class'
import { imageState } from '~/util/states'

interface Standing { status: string; newest?: boolean; revoked?: boolean }

/** One word for where a version stands: a revoked one is revoked whatever its status, and the newest is what should run. */
export const standing = ({ status, newest, revoked }: Standing) => (revoked ? 'revoked' : newest ? 'newest' : status)

export function ImageBadge({ className, ...of }: Standing & { className?: string }) {
  const word = standing(of)
  return <StateBadge state={imageState(word)} className={className}><span className={cx(of.revoked && 'line-through')}>{word}</span></StateBadge>
}
