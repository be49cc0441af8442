import { useList } from '~/api/query'
import { PageHeader } from '~/components/Page'
import { EmptyState } from '~/components/States'
import { DataTable } from '~/table/DataTable'
import { Toolbar } from '~/table/Toolbar'
import { useShown, useTableUrl } from '~/table/url'
import { plural } from '~/util/units'
import { COLUMNS, type Token } from './columns'
import { CreateToken } from './CreateToken'
import { TokenPeek } from './TokenPeek'

export default function TokensPage() {
  const [url, set] = useTableUrl()
  const shown = useShown(COLUMNS, url)
  const list = useList('/api/v1/rbac/tokens', { query: { sort: url.sort } })
  const first = list.data?.pages[0]
  return (
    <>
      <PageHeader title="API tokens" count={first?.total != null && plural(first.total, 'token')} asOf={first?.as_of} actions={<CreateToken />} />
      <Toolbar columns={COLUMNS} shown={shown} url={url} set={set} />
      <DataTable<Token> noun="token" label="API tokens" columns={shown} query={list} url={url} set={set} rowId={(token) => token.id}
        peek={(token) => <TokenPeek token={token} />} peekTitle={(token) => token.name}
        empty={<EmptyState title="No tokens yet" command="qlrf token create --help">A token lets a program act with a part of what your role may do.</EmptyState>} />
    </>
  )
}
