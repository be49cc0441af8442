import { useQueryClient } from '@tanstack/react-query'
import { useSend } from '~/api/query'
import { useGo } from '~/ui/Link'
import { path } from '~/util/path-builder'

/** Ends the session at the server, then forgets everything that was read with it. */
export function useSignOut() {
  const go = useGo()
  const queries = useQueryClient()
  const out = useSend('delete', '/api/v1/users/me/session', [])
  const run = () => out.mutate({}, { onSuccess: () => { queries.clear(); go(path.signIn()) } })
  return { run, error: out.error }
}
