import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { eventually } from '../../../test/mock/eventually'
import { SAMPLES } from '../../../test/mock/samples'
import { answer, server } from '../../../test/mock/server'
import { show } from '../../../test/mock/show'
import type { Asset } from './facts'
import { SeenBy } from './SeenBy'

const HOSTILE = '<img src=x onerror=alert(1)>\u202egro.elpmaxe'
const AT = '2026-01-01T00:00:00Z'
const source = (n: number, fields: string[]): Asset['sources'][number] => ({
  id: `00000000-0000-4000-8000-00000000000${n}`, connector_id: '00000000-0000-4000-8000-0000000000c0', connector: `${HOSTILE}${n}`, connector_kind: ['aws', 'ssh'][n] ?? 'sim',
  kind: 'host', native_id: HOSTILE, scope: { account: '1111', region: '-', kind: 'virtual_machine' }, first_seen: AT, last_seen: AT, fields,
  proof: [{ kind: 'instance_id', value: `aws:${HOSTILE}` }],
})
const asset: Asset = {
  ...SAMPLES['get /api/v1/assets/{id}'].body,
  id: '00000000-0000-4000-8000-000000000000', sources: [source(0, ['account', 'image_ref']), source(1, ['software'])], split: null,
  conflicts: [{ identity: { kind: 'machine_id', value: HOSTILE }, reason: 'too_many', since: AT, more: true, assets: [{ id: '00000000-0000-4000-8000-000000000009', name: HOSTILE }] }],
}

function signedInWith(...permissions: string[]) {
  const me = SAMPLES['get /api/v1/users/me'].body
  answer('get', '/api/v1/users/me', () => ({ ...me, permissions }) as never)
}

test('each source is shown with its proof and its word, whatever strangers named them', async () => {
  signedInWith('asset:split')
  const { container } = await show(() => <SeenBy asset={asset} />)
  const sources = within(screen.getByRole('list', { name: 'Sources' })).getAllByRole('listitem')
  expect(sources).toHaveLength(2)
  expect(sources[0]?.textContent).toContain('account, image ref')
  expect(sources[1]?.textContent).toContain('instance id aws:<img src=x onerror=alert(1)>')
  expect(screen.getByRole('list', { name: 'Identities that prove nothing' }).textContent).toContain('too many claim it')
  expect(container.querySelector('img')).toBeNull()
  expect(container.innerHTML).not.toMatch(/[\u202a-\u202e]/)
})

test('who may not split sees why', async () => {
  signedInWith('asset:read')
  await show(() => <SeenBy asset={asset} />)
  const split = () => screen.getAllByRole('button', { name: /^Split what/ })[0] as HTMLElement
  await userEvent.hover(split())
  await eventually(() => expect(screen.getByRole('tooltip').textContent).toContain('does not have the permission asset:split'))
  await userEvent.click(split())
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a split needs a reason and names the source', async () => {
  signedInWith('asset:split')
  let sent: unknown
  server.use(http.post('*/api/v1/assets/:id/split', async ({ request }) => {
    sent = await request.json()
    return HttpResponse.json({ asset_id: asset.id })
  }))
  await show(() => <SeenBy asset={asset} />)
  const open = () => screen.getAllByRole('button', { name: /^Split what/ })[1] as HTMLElement
  await eventually(() => expect(open().getAttribute('aria-disabled')).not.toBe('true'))
  await userEvent.click(open())
  const dialog = await screen.findByRole('dialog')
  const split = within(dialog).getByRole('button', { name: 'Split' })
  expect(split.getAttribute('aria-disabled')).toBe('true')
  await userEvent.type(within(dialog).getByLabelText('Why they are different machines'), ' rebuilt ')
  await userEvent.click(within(dialog).getByRole('button', { name: 'Split' }))
  await eventually(() => expect(sent).toEqual({ source: source(1, []).id, reason: 'rebuilt' }))
  await eventually(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('what stands alone says so, and is joined again', async () => {
  signedInWith('asset:split')
  const alone: Asset = { ...asset, sources: asset.sources.slice(0, 1), conflicts: [], split: { from_id: source(1, []).id, at: AT, author: 'person:ann', reason: HOSTILE } }
  answer('post', '/api/v1/assets/{id}/join', () => ({ asset_id: source(1, []).id }))
  const { address } = await show(() => <SeenBy asset={alone} />)
  expect(screen.queryByRole('button', { name: /^Split what/ })).toBeNull()
  expect(screen.getByRole('note').textContent).toContain('person:ann')
  const join = () => screen.getByRole('button', { name: 'Join again' })
  await eventually(() => expect(join().getAttribute('aria-disabled')).not.toBe('true'))
  await userEvent.click(join())
  await eventually(() => expect(address()).toContain(source(1, []).id))
})
