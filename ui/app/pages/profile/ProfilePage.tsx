import { useMe } from '~/api/perms'
import { KeyValue, PageHeader, Section } from '~/components/Page'
import { RelativeTime } from '~/components/RelativeTime'
import { ErrorState } from '~/components/States'
import { useSignOut } from '~/frame/sign-out'
import { setTheme, useTheme, type Theme } from '~/state/theme'
import { Button } from '~/ui/Button'
import { Select } from '~/ui/Field'
import { SkeletonRows } from '~/ui/Skeleton'
import { Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { PasswordForm } from './PasswordForm'
import { Sessions } from './Sessions'

const THEMES = [['system', 'Like the system'], ['light', 'Light'], ['dark', 'Dark']] as const

export default function ProfilePage() {
  const me = useMe()
  const theme = useTheme()
  const signOut = useSignOut()
  const data = me.data
  if (me.error && !data) return <><PageHeader title="Profile" /><ErrorState error={me.error} retry={() => void me.refetch()} /></>
  return (
    <div className="pb-8">
      <PageHeader title="Profile" actions={<Button disabledReason={data && !data.session ? 'You came with a token, not with a session' : undefined} onClick={signOut.run}>Sign out</Button>} />
      {signOut.error && <ErrorState compact error={signOut.error} />}
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-x-10 gap-y-6 max-lg:grid-cols-1">
        <div className="grid min-w-0 content-start gap-6">
          <Section title="You">
            {!data ? <SkeletonRows rows={5} /> : (
              <KeyValue rows={[
                ['Login', <Text key="l" wrap>{data.name}</Text>], ['Organisation', <Text key="o" wrap>{data.org_name}</Text>], ['Role', data.role], ['Installation', data.installation ? 'you run it, for all its organisations' : 'you do not run it'],
                ['Session', data.session ? <>ends <RelativeTime key="s" at={data.session.expires_at} /></> : 'none: you came with a token'],
                ['Theme', <Select key="t" aria-label="Theme" value={theme} onChange={(event) => setTheme(event.target.value as Theme)} options={THEMES} />],
              ]} />
            )}
          </Section>
          {data?.kind === 'person' && <Sessions />}
          <Section title="Password" note="signs you in where no link is at hand">
            {!data ? <SkeletonRows rows={4} className="h-12" /> : <PasswordForm person={data.kind === 'person'} login={data.name} />}
          </Section>
        </div>
        <Section title="What you may do" note={data && plural(data.permissions.length, 'permission')}>
          {!data ? <SkeletonRows rows={12} className="h-7" /> : <Permissions permissions={data.permissions} />}
        </Section>
      </div>
    </div>
  )
}

/** By noun: what may be done with it. */
function Permissions({ permissions }: { permissions: string[] }) {
  const nouns = [...new Set(permissions.map((each) => each.split(':')[0] ?? each))]
  const verbs = (noun: string) => permissions.filter((each) => each.startsWith(`${noun}:`)).map((each) => each.slice(noun.length + 1))
  return <KeyValue rows={nouns.map((noun) => [noun, verbs(noun).join(' · ')])} />
}
