import { DropdownMenu as Radix } from 'radix-ui'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

const ITEM = 'flex min-h-7 cursor-default items-center gap-2 rounded-sm px-2 outline-none select-none data-highlighted:bg-hover data-disabled:text-meta max-md:min-h-9 [&_svg]:size-3.5'

/** Not modal: a modal one injects a style element, which the content security policy refuses. */
export function Menu({ trigger, children, align = 'end' }: { trigger: ReactNode; children: ReactNode; align?: 'start' | 'end' }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={4} collisionPadding={8}
          className="z-40 max-h-[min(28rem,var(--radix-dropdown-menu-content-available-height))] min-w-44 overflow-y-auto rounded-md bg-surface p-1 shadow-pop">
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export function MenuItem({ onSelect, icon, disabledReason, children }: { onSelect: () => void; icon?: ReactNode; disabledReason?: string; children: ReactNode }) {
  return (
    <Radix.Item className={ITEM} disabled={!!disabledReason} title={disabledReason} onSelect={onSelect}>
      {icon}{children}
    </Radix.Item>
  )
}

/** Stays open, so that several can be ticked. */
export function MenuCheck({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  return (
    <Radix.CheckboxItem className={ITEM} checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()}>
      <span className="grid size-3.5 place-items-center"><Radix.ItemIndicator><Check /></Radix.ItemIndicator></span>
      {children}
    </Radix.CheckboxItem>
  )
}

export function MenuChoice({ value, onChange, options }: { value: string; onChange: (value: string) => void; options: readonly (readonly [string, string])[] }) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onChange}>
      {options.map(([key, label]) => (
        <Radix.RadioItem key={key} value={key} className={ITEM}>
          <span className="grid size-3.5 place-items-center"><Radix.ItemIndicator><Check /></Radix.ItemIndicator></span>
          {label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export const MenuLabel = ({ children }: { children: ReactNode }) => <Radix.Label className="px-2 py-1 text-xs text-meta">{children}</Radix.Label>
export const MenuLine = () => <Radix.Separator className="my-1 h-px bg-line" />
