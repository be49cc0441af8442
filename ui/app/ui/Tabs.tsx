import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface Tab { id: string; label: ReactNode; content: ReactNode }

/** Which tab is open belongs in the URL: pass it in. Only the open one is mounted; with `fill` it takes the height that is left. */
export function Tabs({ tabs, value, onChange, label, fill }: { tabs: Tab[]; value: string; onChange: (id: string) => void; label: string; fill?: boolean }) {
  return (
    <Radix.Root value={value} onValueChange={onChange} className={fill ? 'flex min-h-0 grow flex-col' : undefined}>
      <Radix.List aria-label={label} className="mb-3 flex shrink-0 gap-4 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.id} value={tab.id}
            className="-mb-px h-9 border-b-2 border-transparent whitespace-nowrap text-dim hover:text-text data-[state=active]:border-accent data-[state=active]:text-text">
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => <Radix.Content key={tab.id} value={tab.id} className={fill ? 'flex min-h-0 grow flex-col data-[state=inactive]:hidden' : undefined}>{tab.content}</Radix.Content>)}
    </Radix.Root>
  )
}
