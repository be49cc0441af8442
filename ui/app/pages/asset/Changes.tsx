import type { ReactNode } from 'react'
import type { components } from '~/api/generated/schema'
import { LongText, Text } from '~/ui/Text'
import { count } from '~/util/units'
import { valueText } from '~/util/value'

type Diff = components['schemas']['AssetDiff']
const SHOWN = 200

const shown = (value: unknown) => (value === null || value === undefined ? 'unknown' : valueText(value))
const isEmpty = (diff: Diff) => diff.facts.length + diff.packages_added.length + diff.packages_removed.length + diff.packages_changed.length === 0

/** A difference as a list: facts, then packages. */
export function Changes({ diff }: { diff: Diff }) {
  if (isEmpty(diff)) return <p className="text-dim">Nothing differs.</p>
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <Block title="Facts" many={diff.facts.length}>{diff.facts.slice(0, SHOWN).map((each) => <Line key={each.path} name={each.path.slice(1)} before={shown(each.before)} after={shown(each.after)} />)}</Block>
      <Block title="Packages changed" many={diff.packages_changed.length}>{diff.packages_changed.slice(0, SHOWN).map((each) => <Line key={`${each.name} ${each.arch}`} name={each.name} before={each.before} after={each.after} />)}</Block>
      <Block title="Packages added" many={diff.packages_added.length}>{diff.packages_added.slice(0, SHOWN).map((each) => <li key={each}><span aria-hidden className="mr-2 text-meta">+</span><Text mono wrap>{each}</Text></li>)}</Block>
      <Block title="Packages removed" many={diff.packages_removed.length}>{diff.packages_removed.slice(0, SHOWN).map((each) => <li key={each}><span aria-hidden className="mr-2 text-meta">−</span><Text mono wrap>{each}</Text></li>)}</Block>
    </div>
  )
}

function Block({ title, many, children }: { title: string; many: number; children: ReactNode }) {
  if (many === 0) return null
  return (
    <div>
      <h3 className="text-xs text-meta">{title} <span className="num">{count(many)}</span></h3>
      <ul className="num [&>li]:border-b [&>li]:border-line [&>li]:py-1 [&>li:last-child]:border-0">{children}</ul>
      {many > SHOWN && <p className="text-xs text-meta">and {count(many - SHOWN)} more</p>}
    </div>
  )
}

function Line({ name, before, after }: { name: string; before: string; after: string }) {
  return (
    <li className="grid grid-cols-[minmax(7rem,1fr)_minmax(0,3fr)] gap-x-3 max-md:grid-cols-1">
      <Text mono wrap>{name}</Text>
      <span className="min-w-0 break-words">
        <span className="text-meta"><span className="sr-only">was </span><LongText mono wrap title={name}>{before}</LongText></span>
        <span aria-hidden className="mx-2 text-meta">→</span><span className="sr-only">is </span><LongText mono wrap title={name}>{after}</LongText>
      </span>
    </li>
  )
}
