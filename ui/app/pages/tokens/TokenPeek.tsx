import { KeyValue } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { Text } from '~/ui/Text'
import { type Token } from './columns'
import { RevokeButton } from './RevokeButton'

export function TokenPeek({ token }: { token: Token }) {
  return (
    <div className="grid justify-items-start gap-4">
      <KeyValue rows={[
        ['Role', token.role],
        ['Installation', token.installation ? 'acts for all its organisations' : 'no'],
        ['May do', token.scopes ? <ul key="s">{token.scopes.map((scope) => <li key={scope}>{scope}</li>)}</ul> : 'all that its role may'],
        ['Expires', <RelativeTime key="e" at={token.expires_at} />],
        ['Last used', token.last_used_at ? <RelativeTime key="l" at={token.last_used_at} /> : 'never'],
        ['Created', <span key="c"><RelativeTime at={token.created_at} /> by <Text wrap>{token.created_by}</Text></span>],
        ['Revoked', token.revoked_at ? <RelativeTime key="r" at={token.revoked_at} /> : 'no'],
        ['Id', <Text key="i" mono wrap>{token.id}</Text>],
      ]} />
      {!token.revoked_at && <RevokeButton token={token} />}
    </div>
  )
}
