import { useApi } from '~/api/query'
import { useCan } from '~/api/perms'
import { PageHeader } from '~/components/Page'
import { useUrl } from '~/state/url'
import { Button } from '~/ui/Button'
import { Tabs } from '~/ui/Tabs'
import { plural } from '~/util/units'
import { COUNTED, read } from './asks'
import { Families } from './Families'
import { LinkRules } from './LinkRules'
import { Matrix } from './Matrix'
import { Register } from './Register'

export default function ImagesPage() {
  const [{ view }, set] = useUrl(read)
  const may = useCan('image:write')
  const families = useApi('/api/v1/images/families', COUNTED)
  const open = (next: string) => set({ view: next === 'families' ? undefined : next, q: undefined, sort: undefined, family: undefined, by: undefined })
  return (
    <>
      <PageHeader title="Images" count={families.data && plural(families.data.total ?? 0, 'family', 'families')} asOf={families.data?.as_of}
        actions={view !== 'register' && <Button kind="primary" disabledReason={may.reason} onClick={() => open('register')}>Register a version</Button>} />
      <Tabs fill label="Images" value={view} onChange={open} tabs={[
        { id: 'families', label: 'Families', content: <Families /> },
        { id: 'matrix', label: 'Image × patch', content: <Matrix /> },
        { id: 'rules', label: 'Link rules', content: <LinkRules /> },
        { id: 'register', label: 'Register', content: <Register /> },
      ]} />
    </>
  )
}
