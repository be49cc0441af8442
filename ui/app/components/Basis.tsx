import type { components } from '~/api/generated/schema'
import { StateGlyph } from '~/ui/State'
import { count, of } from '~/util/units'
import { RelativeTime } from './RelativeTime'

/** What numbers of vulnerabilities rest on: assets that were not judged may have any of them. */
export function BasisLine({ basis }: { basis: components['schemas']['Basis'] }) {
  return (
    <p className="num flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs text-meta">
      <span>{of(basis.judged, basis.assets)} assets judged</span>
      {basis.software_unknown > 0 && <Gap>{count(basis.software_unknown)} whose software is not known</Gap>}
      {basis.aged_out > 0 && <Gap>{count(basis.aged_out)} last confirmed too long ago to say</Gap>}
      {basis.not_covered > 0 && <Gap>{count(basis.not_covered)} of systems that no feed speaks of</Gap>}
      {basis.feeds_as_of ? <span>newest feed <RelativeTime at={basis.feeds_as_of} /></span> : <Gap>no feed was imported yet</Gap>}
    </p>
  )
}

const Gap = ({ children }: { children: React.ReactNode }) => <span className="inline-flex items-center gap-1.5 text-unknown"><StateGlyph state="unknown" />{children}</span>
