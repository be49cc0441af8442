import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from '~/util/class'

export interface Tab { id: string; label: ReactNode; content: ReactNode }

interface Props {
  tabs: Tab[]
  value: string
  onChange: (id: string) => void
  label: string
  /** Takes the height that is left, for a tab that holds a list of its own. */
  fill?: boolean
}

/** Which tab is open belongs in the URL: pass it in. Only the open one is mounted. */
export function Tabs({ tabs, value, onChange, label, fill }: Props) {
  const column = 'flex min-h-0 grow flex-col'
  return (
    <Radix.Root value={value} onValueChange={onChange} className={cx(fill && 'flex min-h-96 grow flex-col')}>
      <Radix.List aria-label={label} className="mb-3 flex shrink-0 gap-4 overflow-x-auto overflow-y-hidden border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.id} value={tab.id}
            className="-mb-px h-9 shrink-0 border-b-2 border-transparent whitespace-nowrap text-dim hover:text-text data-[state=active]:border-accent data-[state=active]:text-text">
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => <Radix.Content key={tab.id} value={tab.id} tabIndex={-1} className={cx(fill && tab.id === value && column)}>{tab.content}</Radix.Content>)}
    </Radix.Root>
  )
}
