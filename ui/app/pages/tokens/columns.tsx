import type { components } from '~/api/generated/schema'
import { RelativeTime } from '~/components/RelativeTime'
import type { Column } from '~/table/columns'
import { Actor } from '~/ui/Actor'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import type { State } from '~/util/states'
import { plural } from '~/util/units'
import { RevokeButton } from './RevokeButton'

export type Token = components['schemas']['PageBody_Token']['items'][number]

const SOON_MS = 7 * 86_400_000

export function tokenState(token: Token, now: number): { state: State; word: string } {
  if (token.revoked_at) return { state: 'unknown', word: 'revoked' }
  const left = Date.parse(token.expires_at) - now
  if (left <= 0) return { state: 'stale', word: 'expired' }
  return left < SOON_MS ? { state: 'warning', word: 'expires soon' } : { state: 'ok', word: 'valid' }
}

function TokenState({ token }: { token: Token }) {
  const { state, word } = tokenState(token, new Date().getTime())
  return <StateBadge state={state}>{word}</StateBadge>
}

export const COLUMNS: Column<Token>[] = [
  { id: 'name', header: 'Name', width: 180, grow: 2, card: 'title', text: (row) => row.name, cell: (row) => <Text>{row.name}</Text> },
  { id: 'state', header: 'State', width: 120, card: 'aside', text: (row) => tokenState(row, new Date().getTime()).word, cell: (row) => <TokenState token={row} /> },
  { id: 'role', header: 'Role', width: 140, card: 'line', text: (row) => (row.installation ? `${row.role}, installation` : row.role), cell: (row) => <>{row.role}{row.installation && <span className="ml-1.5 text-xs text-meta" title="Acts for all organisations of the installation">installation</span>}</> },
  {
    id: 'scopes', header: 'May do', width: 180, grow: 3, text: (row) => row.scopes?.join(' '),
    cell: (row) => (row.scopes ? <span title={row.scopes.join(', ')}>{row.scopes.length > 2 ? plural(row.scopes.length, 'permission') : row.scopes.join(', ')}</span> : <span className="text-meta">all of its role</span>),
  },
  { id: 'expires', header: 'Expires', width: 104, card: 'line', text: (row) => row.expires_at, cell: (row) => <RelativeTime at={row.expires_at} /> },
  { id: 'used', header: 'Last used', width: 104, text: (row) => row.last_used_at, cell: (row) => (row.last_used_at ? <RelativeTime at={row.last_used_at} /> : <span className="text-meta">never</span>) },
  { id: 'created', header: 'Created', sort: '-created_at', width: 104, text: (row) => row.created_at, cell: (row) => <RelativeTime at={row.created_at} /> },
  { id: 'by', header: 'Created by', width: 120, grow: 1, text: (row) => row.created_by, cell: (row) => <Actor>{row.created_by}</Actor> },
  { id: 'revoke', header: 'Action', width: 104, text: () => '', cell: (row) => (row.revoked_at ? <span className="text-meta">revoked <RelativeTime at={row.revoked_at} /></span> : <RevokeButton token={row} />) },
]
