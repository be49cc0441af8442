import { CircleHelp, CircleUser, LogOut, Monitor, Moon, Search, Sun } from 'lucide-react'
import { useLive } from '~/api/live'
import { useMe } from '~/api/perms'
import { RelativeTime } from '~/components/RelativeTime'
import { setTheme, type Theme, useTheme } from '~/state/theme'
import { IconButton } from '~/ui/Button'
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '~/ui/Menu'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { useGo } from '~/ui/Link'
import { path } from '~/util/path-builder'
import { AsOfPicker } from './AsOfPicker'
import { ScopePicker } from './ScopePicker'
import { useSignOut } from './sign-out'

const THEMES = [['system', 'Like the system'], ['light', 'Light'], ['dark', 'Dark']] as const

export function TopBar({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  return (
    <header data-chrome className="flex h-11 items-center gap-2 border-b border-line px-6 max-md:h-12 max-md:px-3">
      <div className="flex min-w-0 max-md:grow"><ScopePicker /></div>
      <AsOfPicker />
      <button type="button" onClick={onPalette}
        className="mx-auto flex h-7 w-full max-w-80 items-center gap-2 rounded-md border border-line bg-sunken px-2 text-meta hover:border-line-strong max-md:mx-0 max-md:size-9 max-md:w-9 max-md:justify-center max-md:border-0 max-md:bg-transparent">
        <Search aria-hidden className="size-3.5 shrink-0" /><span className="grow truncate text-left max-md:sr-only">Go to or act</span><kbd className="text-xs max-md:hidden">Ctrl K</kbd>
      </button>
      <LiveState />
      <IconButton label="Keys and help" className="max-md:hidden" onClick={onHelp}><CircleHelp /></IconButton>
      <ThemeMenu />
      <AccountMenu />
    </header>
  )
}

/** Whether what is shown follows the server, and since when it does not. */
function LiveState() {
  const live = useLive()
  const since = <RelativeTime at={live.since} />
  return (
    <span role="status" className="text-xs whitespace-nowrap max-md:[&_.word]:sr-only">
      {live.state === 'live' && <StateBadge state="ok"><span className="word">live</span></StateBadge>}
      {live.state === 'reconnecting' && <StateBadge state="stale"><span className="word">reconnecting</span></StateBadge>}
      {live.state === 'stale' && <StateBadge state="stale">stale, {since}</StateBadge>}
    </span>
  )
}

function ThemeMenu() {
  const theme = useTheme()
  const icon = theme === 'light' ? <Sun /> : theme === 'dark' ? <Moon /> : <Monitor />
  return (
    <Menu trigger={<button type="button" aria-label="Theme" title="Theme" className="inline-grid size-7 shrink-0 place-items-center rounded-md text-dim hover:bg-hover max-md:size-9 [&_svg]:size-4">{icon}</button>}>
      <MenuChoice value={theme} onChange={(value) => setTheme(value as Theme)} options={THEMES} />
    </Menu>
  )
}

function AccountMenu() {
  const me = useMe().data
  const go = useGo()
  const signOut = useSignOut()
  const name = me?.name ?? ''
  return (
    <Menu trigger={<button type="button" aria-label={`Account of ${name}`} className="grid size-7 shrink-0 place-items-center rounded-full border border-line-strong bg-sunken text-xs text-dim uppercase max-md:size-9"><span aria-hidden>{[...name].slice(0, 2).join('')}</span></button>}>
      <MenuLabel>Signed in as <Text>{name}</Text> · {me?.role}</MenuLabel>
      <MenuLine />
      <MenuItem icon={<CircleUser />} onSelect={() => go(path.profile())}>Profile</MenuItem>
      <MenuItem icon={<LogOut />} onSelect={signOut.run}>Sign out</MenuItem>
    </Menu>
  )
}
