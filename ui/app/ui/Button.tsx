import { Tooltip as Radix } from 'radix-ui'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { cx } from '~/util/class'
import { Tooltip } from './Tooltip'

type Kind = 'plain' | 'primary' | 'quiet' | 'danger'

const KINDS: Record<Kind, string> = {
  plain: 'border border-line-strong bg-surface hover:bg-hover',
  primary: 'border border-accent bg-accent text-on-accent hover:opacity-90',
  quiet: 'border border-transparent text-dim hover:bg-hover hover:text-text',
  danger: 'border border-critical text-critical hover:bg-hover',
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind
  /** Shown on hover and focus, and read out; the button then does nothing. From `useCan`. */
  disabledReason?: string
  icon?: ReactNode
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'plain', disabledReason, icon, className, onClick, children, ...rest }: ButtonProps) {
  const button = (
    <button type="button" aria-disabled={disabledReason ? true : undefined}
      onClick={disabledReason ? (event) => event.preventDefault() : onClick}
      className={cx('inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2.5 whitespace-nowrap select-none [&_svg]:size-3.5 max-md:h-9',
        KINDS[kind], disabledReason && 'opacity-55', className)} {...rest}>
      {icon}
      {children}
    </button>
  )
  return disabledReason ? <Tooltip text={disabledReason}>{button}</Tooltip> : button
}

/** A button without a word still has a name. */
export function IconButton({ label, className, disabledReason, children, ...rest }: Omit<ButtonProps, 'icon'> & { label: string }) {
  return (
    <Tooltip text={disabledReason ?? label}>
      <button type="button" aria-label={label} aria-disabled={disabledReason ? true : undefined}
        {...rest} onClick={disabledReason ? undefined : rest.onClick}
        className={cx('inline-grid size-7 shrink-0 place-items-center rounded-md text-dim hover:bg-hover hover:text-text aria-expanded:bg-hover max-md:size-9 [&_svg]:size-4', className)}>
        {children}
      </button>
    </Tooltip>
  )
}

export const TooltipProvider = Radix.Provider
