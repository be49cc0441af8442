import { KeyValue, Section, Sentence } from '~/components/Page'
import { Age } from '~/components/Age'
import { RelativeTime } from '~/components/RelativeTime'
import { CodeLink, Link, LINK } from '~/ui/Link'
import { Text } from '~/ui/Text'
import { path, term } from '~/util/path-builder'
import { plural } from '~/util/units'
import type { Scope } from './columns'
import { Listing } from './words'

const MEANING: Record<string, string> = {
  complete: 'Every page of it was read: what is absent is not there.',
  partial: 'The last attempt read a part of it. Nothing that is missing from that part was removed.',
  unlisted: 'The last collection did not come across it: an account or region may be out of reach, or gone. Its assets stay, and grow older.',
  never: 'It was not listed completely even once: nothing can be concluded from what is absent there.',
  gone: 'Its provider said that it is there no longer. Nothing is in it, and no number counts it.',
}

/** Why a scope is as it is, and what to do. */
export function ScopePeek({ scope }: { scope: Scope }) {
  return (
    <div className="grid gap-4">
      <Section title="What it proves"><Sentence>{MEANING[scope.state]}</Sentence></Section>
      <Section title="Scope">
        <KeyValue rows={[
          ['Connector', <Link key="c" to={path.connector(scope.connector_id)} className={LINK}><Text>{scope.connector}</Text></Link>],
          ['Account', <Text key="a" wrap>{scope.account}</Text>],
          ['Region', <Text key="r" wrap>{scope.region}</Text>],
          ['Kind', scope.kind.replaceAll('_', ' ')],
          ['Last listing', <Listing key="l" scope={scope} />],
          ['Last complete', <Age key="o" freshness={scope.freshness} at={scope.completed_at} />],
          ['Last attempt', <RelativeTime key="t" at={scope.attempted_at} />],
          ['Assets', <Link key="n" to={path.fleet({ q: term('scope', String(scope.id)) })} className={LINK}>{plural(scope.assets_now, 'asset')}</Link>],
        ]} />
      </Section>
      {scope.code && (
        <Section title="Why the last attempt was not complete">
          <p><CodeLink code={scope.code} help={scope.help} /></p>
          {scope.detail && <p className="text-dim"><Text wrap>{scope.detail}</Text></p>}
          {scope.permission_gap && <p className="mt-1">Somebody has to grant something. The connector’s <Link to={path.connector(scope.connector_id)} className={LINK}>test</Link> says what is missing.</p>}
        </Section>
      )}
    </div>
  )
}
