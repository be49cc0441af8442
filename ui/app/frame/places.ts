import { useCan } from '~/api/perms'
import { useSetAsOf } from '~/state/as-of'
import { setTheme } from '~/state/theme'
import { useViews } from '~/table/SavedViews'
import { useGo, useGoKept } from '~/ui/Link'
import { visible } from '~/ui/Text'
import { absolute, momentIn } from '~/util/time'
import { path } from '~/util/path-builder'
import { BACK } from './AsOfPicker'
import type { Command } from './Palette'
import { useOffered } from './Rail'
import { useSignOut } from './sign-out'

/** Every page, moment and setting: what changes nothing but the view. */
export function usePlaces(text: string, onHelp: () => void): Command[] {
  const pages = useOffered()
  const go = useGo()
  const goKept = useGoKept()
  const views = useViews().data?.items ?? []
  const setAsOf = useSetAsOf()
  const signOut = useSignOut()
  const mayImages = useCan('image:read', 'read').may
  const images: Command[] = !mayImages ? [] : [
    { value: 'Images: image × patch matrix', note: 'page', run: () => go(path.images({ view: 'matrix' })) },
    { value: 'Images: link rules', note: 'page', run: () => go(path.images({ view: 'rules' })) },
  ]
  const moment = momentIn(text, new Date())
  return [
    ...(moment ? [{ value: `As of: ${text.trim()}`, label: `As of: ${absolute(moment)}`, note: 'time', run: () => setAsOf(moment) }] : []),
    ...pages.map(({ title, rail }) => ({ value: title, note: rail.keys ?? 'page', run: () => go(rail.to) })),
    ...(text.trim() ? views : []).map((view) => ({ value: `View ${view.id} ${visible(view.name)}`, label: `View: ${visible(view.name)}`, note: view.own ? 'your view' : 'shared view', run: () => goKept(view.address) })),
    { value: 'Profile', note: 'page', run: () => go(path.profile()) },
    ...images,
    { value: 'As of: now', note: 'time', run: () => setAsOf(undefined) },
    ...BACK.map(([label, back]) => ({ value: `As of: ${label}`, note: 'time', run: () => setAsOf(new Date(Date.now() - back)) })),
    { value: 'Theme: light', note: 'theme', run: () => setTheme('light') },
    { value: 'Theme: dark', note: 'theme', run: () => setTheme('dark') },
    { value: 'Theme: like the system', note: 'theme', run: () => setTheme('system') },
    { value: 'Keys and help', note: '?', run: onHelp },
    { value: 'Sign out', note: 'action', run: signOut.run },
  ]
}
