import { ChevronDown } from 'lucide-react'
import { useMe } from '~/api/perms'
import { useApi } from '~/api/query'
import { ErrorState } from '~/components/States'
import { useScope } from '~/state/scope'
import { Button } from '~/ui/Button'
import { Field, Select } from '~/ui/Field'
import { Popover } from '~/ui/Popover'
import { Text, visible } from '~/ui/Text'
import { cx } from '~/util/class'
import { count } from '~/util/units'

const UNKNOWN = 'unknown'
/** As many as the server tells; another is written into the address or the filter. */
const VALUES_MAX = 100

/** What projects and environments have in common. */
interface Page { items: { name?: string | null; assets: number }[]; total: number }

/** Organisation / project / environment: which part of the estate the pages show. */
export function ScopePicker() {
  const me = useMe().data
  const [scope] = useScope()
  const trigger = (
    <button type="button" className={cx('flex h-7 min-w-0 items-center gap-1.5 rounded-md px-2 -ml-2 hover:bg-hover max-md:h-9', scope ? 'bg-accent-weak text-text' : 'text-dim')}>
      <span className="sr-only">Scope: </span>
      <span className="min-w-0 truncate"><Text>{[me?.org_name ?? '', scope?.project, scope?.env].filter(Boolean).join(' / ')}</Text></span>
      <ChevronDown aria-hidden className="size-3.5 shrink-0" />
    </button>
  )
  return <Popover trigger={trigger} label="Scope" align="start"><Choices /></Popover>
}

function Choices() {
  const [scope, set] = useScope()
  const query = { limit: VALUES_MAX, sort: '-assets' }
  const projects = useApi('/api/v1/projects', { query })
  const environments = useApi('/api/v1/environments', { query })
  const failed = [projects, environments].find((each) => each.error && !each.data)
  const choice = (by: 'project' | 'env', label: string, all: string, page: Page | undefined) => {
    const known = page?.items.map(({ name, assets }) => [name ?? UNKNOWN, `${visible((name ?? UNKNOWN).slice(0, 60))} (${count(assets)})`] as const) ?? []
    const chosen = scope?.[by]
    const options = [['', all] as const, ...known, ...(chosen && !known.some(([value]) => value === chosen) ? [[chosen, visible(chosen)] as const] : [])]
    return (
      <Field id={`scope-${by}`} label={label} help={page && page.total > page.items.length ? `The largest ${count(page.items.length)} of ${count(page.total)}.` : undefined}>
        <Select id={`scope-${by}`} value={chosen ?? ''} onChange={(event) => set({ [by]: event.target.value || undefined })} options={options} />
      </Field>
    )
  }
  return (
    <div className="grid gap-3">
      {failed && <ErrorState compact error={failed.error} retry={() => void failed.refetch()} />}
      {choice('project', 'Project', 'All projects', projects.data)}
      {choice('env', 'Environment', 'All environments', environments.data)}
      <p className="text-xs text-meta">Numbers and lists of a page then speak of this part alone. A page that cannot be narrowed says so.</p>
      {scope && <Button onClick={() => set({ project: undefined, env: undefined })}>Show the whole organisation</Button>}
    </div>
  )
}
