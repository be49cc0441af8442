import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { FreshnessForm } from '~/components/FreshnessForm'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { SkeletonRows } from '~/ui/Skeleton'
import type { Connector } from './words'

const NOUNS = ['connectors', 'coverage', 'organization', 'assets', 'overview', 'drift', 'sites', 'vulnerabilities', 'images']

/** How old what it lists may be: an edge site has more time than a cloud. */
export function Freshness({ connector }: { connector: Connector }) {
  const may = useCan('connector:manage')
  const input = { path: { id: connector.id } }
  const freshness = useApi('/api/v1/connectors/{id}/freshness', input)
  const set = useSend('put', '/api/v1/connectors/{id}/freshness', NOUNS)
  const clear = useSend('delete', '/api/v1/connectors/{id}/freshness', NOUNS)
  const { data } = freshness
  const error = set.error ?? clear.error
  return (
    <Section title="Freshness" note={data && (data.is_own ? 'a budget of its own' : 'as the organisation has it')}>
      {freshness.error && !data ? <ErrorState compact error={freshness.error} retry={() => void freshness.refetch()} />
        : !data ? <SkeletonRows rows={2} />
          : (
            <FreshnessForm key={JSON.stringify(data.budget)} id="connector-freshness" budget={data.budget} reason={may.reason} pending={set.isPending} onSave={(body) => set.mutate({ ...input, body }, { onSuccess: () => announce('Budget saved') })}>
              {data.is_own && <Button kind="quiet" disabledReason={may.reason} onClick={() => clear.mutate(input, { onSuccess: () => announce('The budget of the organisation holds again') })}>As the organisation has it</Button>}
            </FreshnessForm>
          )}
      {error && <ErrorState compact error={error} />}
    </Section>
  )
}
