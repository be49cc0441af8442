import { useState } from 'react'
import { useApi } from '~/api/query'
import { RelativeTime } from '~/components/RelativeTime'
import { EmptyState, ErrorState } from '~/components/States'
import { oneOf, useUrl, type RawSearch } from '~/state/url'
import { FilterInput } from '~/table/FilterInput'
import { Checkbox, Select } from '~/ui/Field'
import { Link, LINK } from '~/ui/Link'
import { SkeletonRows } from '~/ui/Skeleton'
import { StateBadge, StateGlyph } from '~/ui/State'
import { path, terms } from '~/util/path-builder'
import { count, of, plural } from '~/util/units'
import { MatrixTable } from './MatrixTable'
import { BY, words, type MatrixData, type Pointed } from './matrix'

const read = (raw: RawSearch) => ({ by: oneOf(raw.by, BY) ?? 'site', family: raw.family?.slice(0, 200), q: raw.q?.slice(0, 1024), all: raw.all === '1' })
const WORDS: Record<(typeof BY)[number], string> = { site: 'Site', env: 'Environment', platform: 'Platform', region: 'Region', project: 'Project', owner: 'Owner' }

/** Which versions run where, with what is known to be wrong there and for how long. */
export function Matrix({ family: fixed }: { family?: string }) {
  const [url, set] = useUrl(read)
  const family = fixed ?? url.family
  const matrix = useApi('/api/v1/images/matrix', { query: { by: url.by, family, q: url.q } }, { keep: true })
  const wrong = matrix.error?.code === 'invalid_filter'
  return (
    <div className="flex min-h-0 grow flex-col gap-2 pb-4">
      <div role="toolbar" aria-label="Matrix" className="flex flex-wrap items-center gap-2" data-chrome>
        <Select aria-label="Columns are" value={url.by} onChange={(event) => set({ by: event.target.value })} options={BY.map((each) => [each, WORDS[each]] as const)} />
        {!fixed && <FamilyChoice value={url.family} onChange={(next) => set({ family: next })} />}
        <div className="min-w-56 grow"><FilterInput value={url.q ?? ''} onApply={(q) => set({ q })} problem={wrong ? matrix.error?.message : undefined} /></div>
        <Checkbox checked={url.all} onChange={(on) => set({ all: on ? '1' : undefined }, { replace: true })} label="Versions that nothing runs" />
      </div>
      {matrix.error && (!matrix.data || wrong) ? <ErrorState error={matrix.error} retry={() => void matrix.refetch()} />
        : !matrix.data ? <SkeletonRows rows={14} className="h-8" />
          : <Shown matrix={matrix.data} all={url.all} q={url.q} />}
    </div>
  )
}

function FamilyChoice({ value, onChange }: { value?: string; onChange: (family: string) => void }) {
  const families = useApi('/api/v1/images/families', { query: { limit: 200 } })
  const names = families.data?.items.map((each) => each.family) ?? []
  const known = value && !names.includes(value) ? [value, ...names] : names
  return <Select aria-label="Family" value={value ?? ''} onChange={(event) => onChange(event.target.value)} options={[['', 'All families'], ...known.map((name) => [name, name] as const)]} className="max-w-56" />
}

function Shown({ matrix, all, q }: { matrix: MatrixData; all: boolean; q?: string }) {
  const [pointed, setPointed] = useState<Pointed>()
  const idle = matrix.rows.filter((row) => row.assets === 0).length
  const rows = all ? matrix.rows : matrix.rows.filter((row) => row.assets > 0)
  if (matrix.rows.length === 0) return <EmptyState title="No image version to show" command="qlrf image init">Register a golden image; the matrix then shows where its versions run.</EmptyState>
  return (
    <>
      <Summary matrix={matrix} q={q} idle={all ? 0 : idle} />
      {rows.length === 0 ? <EmptyState title="Nothing that fits runs a registered version">Take a term of the filter away, or show the versions that nothing runs.</EmptyState>
        : <MatrixTable matrix={matrix} rows={rows} q={q} onPoint={setPointed} />}
      <Explained pointed={pointed} by={matrix.by} />
    </>
  )
}

/** What the table speaks of, and of what it does not. */
function Summary({ matrix, q, idle }: { matrix: MatrixData; q?: string; idle: number }) {
  const hidden = matrix.columns_total - matrix.columns.length
  const cut = matrix.rows_total - matrix.rows.length
  return (
    <p className="num flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-dim">
      <span>{of(matrix.assets - matrix.assets_unlinked, matrix.assets)} assets run a registered version · <RelativeTime at={matrix.as_of} /></span>
      {matrix.assets_unlinked > 0 && (
        <Link to={path.fleet({ q: terms(q, 'image:unknown') })} className="inline-flex items-center gap-1.5 text-unknown hover:underline"><StateGlyph state="unknown" />{plural(matrix.assets_unlinked, 'asset')} in no row</Link>
      )}
      {matrix.simulated > 0 && <StateBadge state="simulated">{of(matrix.simulated, matrix.assets)} simulated</StateBadge>}
      {matrix.feeds_as_of ? <span>feeds of <RelativeTime at={matrix.feeds_as_of} /></span> : <StateBadge state="unknown">findings unknown: no feed was imported</StateBadge>}
      {idle > 0 && <span>{plural(idle, 'version')} that nothing runs {idle === 1 ? 'is' : 'are'} left out</span>}
      {hidden > 0 && <span>{plural(hidden, 'smaller column')} not shown</span>}
      {cut > 0 && <span>the first {count(matrix.rows.length)} of {count(matrix.rows_total)} versions; choose a family</span>}
    </p>
  )
}

/** Of a fixed height: what one points at is explained without anything moving. */
function Explained({ pointed, by }: { pointed?: Pointed; by: string }) {
  return (
    <div className="min-h-14 shrink-0 border-t border-line pt-2 text-dim max-md:min-h-28" aria-live="off">
      {pointed ? (
        <>
          <p><Link className={LINK} to={path.image(pointed.row.family, pointed.row.version)}><bdi>{pointed.row.family}:{pointed.row.version}</bdi></Link> {pointed.cell ? <>where {by} is <bdi className="text-text">{pointed.cell.value ?? 'unknown'}</bdi></> : 'everywhere'}</p>
          <p className="num text-xs">{words(pointed.row, pointed.cell)}</p>
        </>
      ) : (
        <p className="num flex flex-wrap gap-x-4 gap-y-1 text-xs max-md:[&>*+*]:hidden">
          <span>Point at a cell, or reach it with the keyboard: it is explained here.</span>
          <span><StateGlyph state="critical" /> critical or exploited findings</span><span><StateGlyph state="warning" /> findings, or not as the contract says</span>
          <span><StateGlyph state="ok" /> as the contract says, nothing known against it</span><span><StateGlyph state="unknown" /> findings not known</span>
          <span className="text-meta">grey: superseded</span><span className="line-through">revoked</span>
        </p>
      )}
    </div>
  )
}
