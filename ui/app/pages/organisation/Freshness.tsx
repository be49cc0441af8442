import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { FreshnessForm } from '~/components/FreshnessForm'
import { Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { path } from '~/util/path-builder'
import { plural } from '~/util/units'

/** How old what is known may be before it is stale, and before it proves nothing any more. */
export function Freshness() {
  const may = useCan('organization:manage')
  const freshness = useApi('/api/v1/organization/freshness')
  const send = useSend('put', '/api/v1/organization/freshness', ['organization', 'coverage', 'assets', 'overview', 'drift', 'sites', 'vulnerabilities', 'images', 'connectors'])
  const { data } = freshness
  return (
    <Section title="Freshness" note={data && (data.since ? <>set <RelativeTime at={data.since} /></> : 'the product\u2019s own budget')}>
      {freshness.error && !data ? <ErrorState compact error={freshness.error} retry={() => void freshness.refetch()} />
        : !data ? <SkeletonRows rows={3} />
          : (
            <div className="grid gap-3">
              <p className="max-w-[72ch] text-dim">From the last complete listing of an asset’s scope. What is unknown by age does not count as current, up to date or free of findings any more. {data.connectors.length > 0 ? `${plural(data.connectors.length, 'connector')} ${data.connectors.length === 1 ? 'has a budget of its own' : 'have budgets of their own'}.` : 'No connector has a budget of its own.'} <Link to={path.coverage()} className={LINK}>Coverage</Link></p>
              <FreshnessForm key={JSON.stringify(data.budget)} id="freshness" budget={data.budget} reason={may.reason} pending={send.isPending} onSave={(budget) => send.mutate({ body: budget }, { onSuccess: () => announce('Budget saved') })} />
              {send.error && <ErrorState compact error={send.error} />}
            </div>
          )}
    </Section>
  )
}
