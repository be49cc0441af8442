import type { ReactNode } from 'react'
import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import { RemoveSimulated } from '~/components/RemoveSimulated'
import { isUnderWay, takesBundles } from '~/pages/connectors/words'
import { PartForm } from '~/pages/sites/PartForm'
import { notify } from '~/state/notice'
import { useGo } from '~/ui/Link'
import { visible } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { AskFeed, AskJudge, AskLoad, AskSync } from './asks'
import type { Command } from './Palette'

/** Shown before anything is typed; an estate may have a hundred connectors. */
const CONNECTORS_UNTYPED = 3
const NAME_MAX = 80

/** What can be done from everywhere. What this person or this moment does not allow is there with its reason. */
export function useActions(typed: boolean, ask: (dialog: (close: () => void) => ReactNode) => void): Command[] {
  const go = useGo()
  const may = {
    sync: useCan('connector:sync').reason, feed: useCan('feed:sync').reason, detect: useCan('drift:detect').reason,
    manage: useCan('connector:manage').reason, image: useCan('image:write').reason, token: useCan('token:manage').reason, estate: useCan('estate:write').reason,
  }
  const mayConnectors = useCan('connector:read', 'read').may
  const mayFeeds = useCan('feed:read', 'read').may
  const connectors = useApi('/api/v1/connectors', {}, { enabled: mayConnectors }).data ?? []
  const feeds = useApi('/api/v1/feeds', {}, { enabled: mayFeeds }).data?.items ?? []
  const simulated = connectors.some((each) => each.simulated)
  const action = (value: string, reason: string | undefined, run: () => void): Command => ({ value, note: 'action', reason, run })
  const shown = typed ? connectors : connectors.slice(0, CONNECTORS_UNTYPED)
  return [
    ...shown.map((each) => {
      const name = visible(each.name.slice(0, NAME_MAX))
      return action(`Sync connector ${name}`, may.sync ?? (isUnderWay(each.last_sync) ? 'A collection is under way' : undefined), () => ask((close) => <AskSync connector={each} close={close} />))
    }),
    ...feeds.flatMap((each) => [
      action(`Sync feed ${each.title}`, may.feed ?? (each.runs.some((run) => run.state === 'running') ? 'An import of this feed goes on' : undefined), () => ask((close) => <AskFeed feed={each} close={close} />)),
      action(`Import a file of feed ${each.title}`, may.feed, () => go(path.feeds({ import: each.name }))),
    ]),
    action('Import a bundle of facts', may.sync ?? (connectors.some(takesBundles) ? undefined : 'No connector takes bundles'), () => go(path.connectors({ import: '1' }))),
    action('Judge drift now', may.detect, () => ask((close) => <AskJudge close={close} />)),
    action('Register an image version', may.image, () => go(path.images({ view: 'register' }))),
    ...(['site', 'environment', 'project'] as const).map((noun) => action(`Declare ${noun === 'environment' ? 'an' : 'a'} ${noun}`, may.estate, () => ask((close) => <PartForm noun={noun} close={close} />))),
    action('Create an API token', may.token, () => go(path.tokens({ create: '1' }))),
    action('Load the simulated estate', may.manage ?? (simulated ? 'It is loaded already' : undefined), () => ask((close) => <AskLoad close={close} />)),
    action('Remove the simulated estate', may.manage ?? (simulated ? undefined : 'Nothing simulated is loaded'), () => ask((close) => <RemoveSimulated open onOpenChange={close} done={notify} />)),
    ...(typed ? connectors.map((each): Command => ({ value: `Connector ${visible(each.name.slice(0, NAME_MAX))}`, note: 'page', run: () => go(path.connector(each.id)) })) : []),
  ]
}
