import { Bookmark, Trash2 } from 'lucide-react'
import { useId, useRef, useState, type FormEvent } from 'react'
import type { components } from '~/api/generated/schema'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import { EmptyState, ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { useViewAddress } from '~/state/view'
import { Actor } from '~/ui/Actor'
import { Button, IconButton } from '~/ui/Button'
import { Dialog, Sheet } from '~/ui/Dialog'
import { Checkbox, Field, Input } from '~/ui/Field'
import { useGoKept } from '~/ui/Link'
import { Menu, MenuItem, MenuLabel, MenuLine } from '~/ui/Menu'
import { SkeletonRows } from '~/ui/Skeleton'
import { Text } from '~/ui/Text'
import { count } from '~/util/units'

type View = components['schemas']['SavedView']

const NAME_MAX = 100
const pathOf = (address: string) => address.split('?')[0]

/** Everything that is shared and everything of one's own. */
export function useViews() {
  const { may } = useCan('view:read', 'read')
  return useApi('/api/v1/saved-views', { query: { limit: 500 } }, { enabled: may })
}

/** The views of this page by name, and the way to keep what it shows now. */
export function SavedViews() {
  const [open, setOpen] = useState<'save' | 'all'>()
  const trigger = useRef<HTMLButtonElement>(null)
  const views = useViews()
  const address = useViewAddress()
  const go = useGoKept()
  const may = useCan('view:save')
  const here = (views.data?.items ?? []).filter((view) => pathOf(view.address) === pathOf(address))
  return (
    <>
      <Menu trigger={<Button ref={trigger} icon={<Bookmark />} aria-label="Saved views"><span className="max-lg:hidden">Views</span></Button>}>
        <MenuLabel>{views.error ? `Not read: ${views.error.message}` : here.length > 0 ? 'Views of this page' : 'No view of this page is saved'}</MenuLabel>
        {here.map((view) => (
          <MenuItem key={view.id} onSelect={() => go(view.address)}>
            <span className="min-w-0 grow truncate"><Text>{view.name}</Text></span>
            <span className="text-xs text-meta">{view.address === address ? 'shown' : view.own ? '' : 'shared'}</span>
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem disabledReason={may.reason} onSelect={() => setOpen('save')}>Save this view</MenuItem>
        <MenuItem onSelect={() => setOpen('all')}>All saved views</MenuItem>
      </Menu>
      <Dialog open={open === 'save'} onOpenChange={() => setOpen(undefined)} title="Save this view" from={trigger}>
        <SaveForm address={address} views={views.data?.items ?? []} close={() => setOpen(undefined)} />
      </Dialog>
      <Sheet open={open === 'all'} onOpenChange={() => setOpen(undefined)} title="Saved views" from={trigger}>
        <AllViews />
      </Sheet>
    </>
  )
}

function SaveForm({ address, views, close }: { address: string; views: View[]; close: () => void }) {
  const id = useId()
  const own = views.filter((view) => view.own)
  const shown = own.find((view) => view.address === address)
  const [name, setName] = useState(shown?.name ?? '')
  const [shared, setShared] = useState(shown?.shared ?? false)
  const save = useSend('post', '/api/v1/saved-views')
  const share = useCan('view:share')
  const replaced = own.find((view) => view.name === name.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({ body: { name, address, shared } }, { onSuccess: (view) => { announce(`Saved the view ${view.name}`); close() } })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field id={id} label="Name" help={replaced ? 'Takes the place of your view of this name' : 'Filter, order, grouping, columns and scope are kept; the view itself is always of now'}>
        <Input id={id} value={name} maxLength={NAME_MAX} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      </Field>
      <p className="text-xs text-meta"><code className="break-all">{address}</code></p>
      <div className="grid gap-1">
        <Checkbox checked={shared} onChange={setShared} disabled={!share.may} label="Show it to everybody of the organisation" />
        {share.reason && <p className="text-xs text-meta">{share.reason}</p>}
      </div>
      {save.error && <ErrorState compact error={save.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button kind="primary" type="submit" disabledReason={name.trim() === '' ? 'Give it a name' : save.isPending ? 'Under way' : undefined}>Save</Button>
      </div>
    </form>
  )
}

function AllViews() {
  const views = useViews()
  if (views.error) return <ErrorState error={views.error} retry={() => void views.refetch()} />
  if (!views.data) return <SkeletonRows rows={4} />
  if (views.data.items.length === 0) return <EmptyState title="No view is saved yet">Narrow a list to what you look at again and again, and save it.</EmptyState>
  const { items, total } = views.data
  return (
    <>
      <ul aria-label="Saved views" className="grid">{items.map((view) => <One key={view.id} view={view} />)}</ul>
      {total > items.length && <p className="pt-2 text-xs text-meta">The first {count(items.length)} of {count(total)} by name</p>}
    </>
  )
}

function One({ view }: { view: View }) {
  const go = useGoKept()
  const remove = useSend('delete', '/api/v1/saved-views/{id}')
  const may = useCan(view.own ? 'view:save' : 'view:share')
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-2 border-b border-line py-2 last:border-0">
      <div className="grid justify-items-start gap-0.5">
        <button type="button" className="text-left font-semibold hover:text-accent" onClick={() => go(view.address)}><Text wrap>{view.name}</Text></button>
        <code className="text-xs break-all text-meta">{view.address}</code>
        <p className="text-xs text-meta">{view.shared ? <>everybody sees it · saved by <Actor>{view.author}</Actor></> : 'only you see it'}</p>
        {remove.error && <ErrorState compact error={remove.error} />}
      </div>
      <IconButton label={`Delete the view ${view.name}`} disabledReason={may.reason ?? (remove.isPending ? 'Under way' : undefined)}
        onClick={() => remove.mutate({ path: { id: view.id } }, { onSuccess: () => announce(`Deleted the view ${view.name}`) })}>
        <Trash2 />
      </IconButton>
    </li>
  )
}
