import { Search, X } from 'lucide-react'
import { useState, type Ref } from 'react'
import { useApi } from '~/api/query'
import { Combobox, type Option } from '~/ui/Combobox'
import { IconButton } from '~/ui/Button'
import { count } from '~/util/units'
import { complete, tokenAt } from './filter'

const SHOWN_MAX = 12

/** The keys of the fleet's filter language; those with values are suggested from what the fleet holds. */
export const FLEET_KEYS: Record<string, string> = {
  platform: 'aws, vsphere, kubernetes …', site: '', env: '', drift: 'current, outdated, unmanaged …', os: '', os_version: '', workload: '', owner: '',
  project: '', kind: '', region: '', account: '', state: '', criticality: '', exposure: '', family: 'image family', image: 'family:version',
  connector: '', simulated: 'true or false', drift_severity: '', freshness: 'fresh, stale, unknown', listed: 'complete, partial, never', lag: 'critical, warning, fresh, newest …', updates: 'due, none, unknown', findings: 'open, exploited, none …', cve: 'CVE-2024-…', package: 'name of a package',
}
const FREE = new Set(['findings', 'cve', 'package'])

interface Props { value: string; onApply: (text: string) => void; keys?: Record<string, string>; placeholder?: string; problem?: string; ref?: Ref<HTMLInputElement> }

/** Applied by Enter and by picking a whole term: a half-written term would show a list nobody asked for. */
export function FilterInput({ value, onApply, keys = FLEET_KEYS, placeholder = 'Filter: platform:aws env:prod -drift:current', problem, ref }: Props) {
  const [text, setText] = useState(value)
  const [applied, setApplied] = useState(value)
  if (applied !== value) {
    setApplied(value)
    setText(value)
  }
  const token = tokenAt(text)
  const options = useSuggestions(token.key, token.typed, keys)
  const pick = (option: Option) => {
    const next = complete(text, option.value)
    setText(next)
    if (!option.value.endsWith(':')) onApply(next.trim())
  }
  return (
    <div className={`flex h-7 w-full max-w-3xl min-w-0 items-center gap-1.5 rounded-md border bg-surface pl-2 max-md:h-9 ${problem ? 'border-critical' : 'border-line-strong'}`}>
      <Search aria-hidden className="size-3.5 shrink-0 text-meta" />
      <Combobox ref={ref} label="Filter" value={text} onChange={setText} options={options} onPick={pick} onEnter={() => onApply(text.trim())}
        placeholder={placeholder} aria-invalid={problem ? true : undefined} title={problem} data-filter
        className="h-6 w-full min-w-0 bg-transparent outline-none" />
      {text && <IconButton label="Clear filter" className="size-6!" onClick={() => { setText(''); onApply('') }}><X /></IconButton>}
      {!text && <kbd aria-hidden className="mr-2 text-xs text-meta max-md:hidden">/</kbd>}
    </div>
  )
}

function useSuggestions(key: string | undefined, typed: string, keys: Record<string, string>): Option[] {
  const asks = key !== undefined && key in keys && !FREE.has(key)
  const groups = useApi('/api/v1/assets/groups', { query: { by: key ?? '' } as never }, { enabled: asks })
  const wanted = typed.toLowerCase()
  if (key === undefined) {
    return Object.entries(keys).filter(([name]) => name.startsWith(wanted)).slice(0, SHOWN_MAX)
      .map(([name, note]) => ({ value: `${name}:`, note }))
  }
  return (asks ? (groups.data ?? []) : []).map((group) => ({ value: group.value ?? 'unknown', note: count(group.assets) }))
    .filter((option) => option.value.toLowerCase().includes(wanted)).slice(0, SHOWN_MAX)
}
