import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface Tab { id: string; label: ReactNode; content: ReactNode }

/** Which tab is open belongs in the URL: pass it in. Only the open one is mounted. */
export function Tabs({ tabs, value, onChange, label }: { tabs: Tab[]; value: string; onChange: (id: string) => void; label: string }) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.List aria-label={label} className="mb-3 flex gap-4 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.id} value={tab.id}
            className="-mb-px h-9 border-b-2 border-transparent whitespace-nowrap text-dim hover:text-text data-[state=active]:border-accent data-[state=active]:text-text">
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => <Radix.Content key={tab.id} value={tab.id}>{tab.content}</Radix.Content>)}
    </Radix.Root>
  )
}
