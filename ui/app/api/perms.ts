import { useAsOf } from '~/state/as-of'
import { useApi } from './query'

export const useMe = () => useApi('/api/v1/users/me')

/** `reason` is there exactly when the action is not possible, and is what the button shows. */
export interface May { may: boolean; reason?: string }

/** Reading needs only the permission; `change` also needs the present. */
export function useCan(permission: string, kind: 'change' | 'read' = 'change'): May {
  const me = useMe()
  const asOf = useAsOf()
  const missing = me.data !== undefined && !me.data.permissions.includes(permission)
  const roles = useApi('/api/v1/rbac/roles', {}, { enabled: missing && !me.data.installation })
  if (!me.data) return { may: false, reason: 'Permissions are not known yet' }
  const { role } = me.data
  if (missing) {
    // A role may have it and still not be enough: what concerns all organisations needs the mark as well.
    const marked = roles.data?.find((each) => each.name === role)?.installation_permissions.includes(permission)
    return { may: false, reason: marked ? `${permission} is for those who run the installation: you do not have their mark` : `Your role, ${role}, does not have the permission ${permission}` }
  }
  if (kind === 'change' && asOf) return { may: false, reason: 'You are looking at the past. Return to now to act' }
  return { may: true }
}
