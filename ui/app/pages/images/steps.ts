import type { components } from '~/api/generated/schema'

export type Step = 'testing' | 'production' | 'deprecated' | 'retired' | 'revoke' | 'delete'
interface Words { title: string; action: string; effect: string; danger?: boolean; typed?: boolean }

export const STEPS: Record<Step, Words> = {
  testing: { title: 'Promote', action: 'Promote to testing', effect: 'It can be tried out. What assets of its family should run does not change.' },
  production: { title: 'Promote', action: 'Promote to production', effect: 'If it is the newest of its family in production, it is what the assets of the family should run from then on; those on older versions become outdated. There is no way back.' },
  deprecated: { title: 'Deprecate', action: 'Deprecate', effect: 'It should be replaced: assets that run it are outdated from then on. There is no way back.' },
  retired: { title: 'Retire', action: 'Retire', effect: 'It should not run any more: assets that run it are outdated, and the longer the worse. There is no way back.', danger: true },
  revoke: { title: 'Revoke', action: 'Revoke', effect: 'It is taken back for good. Assets that run it become critical drift, and it can never be promoted again.', danger: true, typed: true },
  delete: { title: 'Delete', action: 'Delete the draft', effect: 'Only a draft that nobody ever ran can be removed. Its contract is gone with it.', danger: true, typed: true },
}

const ORDER = ['draft', 'testing', 'production', 'deprecated', 'retired']

/** As the server has it: forward only, and only what was in production can be deprecated. The likeliest first. */
export function stepsFrom(image: Pick<components['schemas']['Image'], 'status' | 'revoked_at'>): Step[] {
  const { status } = image
  const revoked = image.revoked_at != null
  const after = (step: string) => ORDER.indexOf(step) > ORDER.indexOf(status)
  const possible: Record<Step, boolean> = {
    testing: after('testing') && !revoked,
    production: after('production') && !revoked,
    deprecated: status === 'production',
    retired: after('retired'),
    revoke: !revoked,
    delete: status === 'draft',
  }
  return (Object.keys(possible) as Step[]).filter((step) => possible[step])
}
