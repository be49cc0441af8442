import { useApi } from '~/api/query'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { SkeletonRows } from '~/ui/Skeleton'
import { RelationTable } from '../resources/Relations'

/** Its image, its group, its hypervisor, its volumes. */
export function RelatedTab({ id }: { id: string }) {
  const relations = useApi('/api/v1/assets/{id}/relations', { path: { id } })
  return (
    <Section title="Related" note="as of now">
      {relations.error ? <ErrorState error={relations.error} retry={() => void relations.refetch()} />
        : !relations.data ? <SkeletonRows rows={6} /> : <RelationTable relations={relations.data} />}
    </Section>
  )
}
