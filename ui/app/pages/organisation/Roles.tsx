import { useMe } from '~/api/perms'
import type { components } from '~/api/generated/schema'
import { useApi } from '~/api/query'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { cx } from '~/util/class'
import { plural } from '~/util/units'

/** What each role may do, from the same list that the server decides by. */
export function Roles() {
  const roles = useApi('/api/v1/rbac/roles')
  const mine = useMe().data?.role
  const data = roles.data
  const all = [...new Set(data?.flatMap((role) => [...role.permissions, ...role.installation_permissions]))]
  return (
    <Section title="Roles" note={data && `${plural(data.length, 'role')}, ${plural(all.length, 'permission')}`}>
      {roles.error && !data ? <ErrorState error={roles.error} retry={() => void roles.refetch()} />
        : !data ? <SkeletonRows rows={16} className="h-7" /> : (
          <div className="relative overflow-x-auto" role="region" aria-label="Roles and permissions" tabIndex={0}>
            <p className="pb-2 text-xs text-meta"><em className="not-italic font-semibold">mark</em>: only for members who also run the installation; their line under Members says so.</p>
            <table className="w-full">
              <caption className="sr-only">Permissions of each role</caption>
              <thead className="text-xs text-meta">
                <tr><th scope="col" className="pb-1 text-left font-normal">Permission</th>{data.map((role) => <th key={role.name} scope="col" className={cx('px-2 pb-1 font-normal max-md:px-1', role.name === mine && 'font-semibold text-text')}>{role.name}{role.name === mine && <span className="sr-only"> (yours)</span>}</th>)}</tr>
              </thead>
              <tbody>
                {all.map((permission) => (
                  <tr key={permission} className="h-7 border-t border-line">
                    <th scope="row" className="pr-4 text-left max-md:pr-1 font-normal"><code className="text-xs">{permission}</code></th>
                    {data.map((role) => <td key={role.name} className={cx('px-2 text-center max-md:px-1', role.name === mine && 'bg-accent-weak')}><Cell role={role} permission={permission} /></td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
    </Section>
  )
}

type Role = components['schemas']['RoleView']

function Cell({ role, permission }: { role: Role; permission: string }) {
  if (role.permissions.includes(permission)) return <span><span aria-hidden>✓</span><span className="sr-only">yes</span></span>
  if (role.installation_permissions.includes(permission)) return <span className="text-xs text-dim" title="With the mark of those who run the installation"><span aria-hidden>mark</span><span className="sr-only">yes, with the mark of those who run the installation</span></span>
  return <span className="text-meta"><span aria-hidden>–</span><span className="sr-only">no</span></span>
}
