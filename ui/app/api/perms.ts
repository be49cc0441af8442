import { useAsOf } from '~/state/as-of'
import { useApi } from './query'

export const useMe = () => useApi('/api/v1/users/me')

/** `reason` is there exactly when the action is not possible, and is what the button shows. */
export interface May { may: boolean; reason?: string }

/** Reading needs only the permission; `change` also needs the present. */
export function useCan(permission: string, kind: 'change' | 'read' = 'change'): May {
  const me = useMe()
  const asOf = useAsOf()
  if (!me.data) return { may: false, reason: 'Permissions are not known yet' }
  if (!me.data.permissions.includes(permission)) {
    return { may: false, reason: `Your role, ${me.data.role}, does not have the permission ${permission}` }
  }
  if (kind === 'change' && asOf) return { may: false, reason: 'You are looking at the past. Return to now to act' }
  return { may: true }
}
