import { useEffect, useState } from 'react'
import { useCan } from '~/api/perms'
import { useApi } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { useGo } from '~/ui/Link'
import { visible } from '~/ui/Text'
import { imagePath, path } from '~/util/path-builder'
import { count, plural } from '~/util/units'
import type { Command } from './Palette'

type Hit = components['schemas']['SearchHit']

const TYPED_MIN = 2
const SHOWN_OF_EACH = 4
/** Asked for when the typing pauses. */
const PAUSE_MS = 120
const TITLE_MAX = 120

const PLACES: Record<string, (hit: Hit) => string> = {
  asset: (hit) => path.asset(hit.id),
  vulnerability: (hit) => path.vulnerability(hit.id),
  image: (hit) => imagePath(hit.title),
  site: (hit) => path.site(hit.id),
}

/** What of the estate has the words in its name. Kinds that this version has no page for are left out. */
export function useFound(text: string): { commands: Command[]; note?: string } {
  const go = useGo()
  const may = useCan('asset:read', 'read').may
  const q = usePaused(text)
  const asked = may && q.length >= TYPED_MIN
  const search = useApi('/api/v1/search', { query: { q, limit: SHOWN_OF_EACH } }, { enabled: asked, keep: true })
  if (!may || text.length < TYPED_MIN) return { commands: [] }
  if (search.error) return { commands: [], note: `Not searched: ${search.error.message}` }
  if (!search.data || !asked) return { commands: [], note: 'Searching the estate' }
  const commands = search.data.groups.flatMap((group) => {
    const place = PLACES[group.kind]
    return place ? group.items.map((hit) => commandOf(group.kind, hit, () => go(place(hit)))) : []
  })
  const totals = search.data.groups.filter((group) => group.total > group.items.length).map((group) => plural(group.total, group.kind))
  return { commands, note: commands.length === 0 ? 'Nothing in the estate has that in its name' : totals.length > 0 ? `The best of ${totals.join(', ')}` : undefined }
}

function commandOf(kind: string, hit: Hit, run: () => void): Command {
  const detail = hit.assets == null ? hit.detail : `${count(hit.assets)} assets`
  return { value: `${kind} ${hit.id}`, label: visible(hit.title.slice(0, TITLE_MAX)), note: [detail.slice(0, 40), hit.simulated ? 'simulated' : '', kind].filter(Boolean).join(' · '), run }
}

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}
