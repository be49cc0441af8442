import { Popover as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface Props { trigger: ReactNode; label: string; children: ReactNode; align?: 'start' | 'center' | 'end'; open?: boolean; onOpenChange?: (open: boolean) => void }

export function Popover({ trigger, label, children, align = 'end', ...rest }: Props) {
  return (
    <Radix.Root {...rest}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content aria-label={label} align={align} sideOffset={4} collisionPadding={8}
          className="z-40 w-80 max-w-[calc(100vw-1rem)] rounded-md bg-surface p-3 shadow-pop outline-none">
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
