import { Dialog as Radix } from 'radix-ui'
import { X } from 'lucide-react'
import { useRef, type ReactNode, type RefObject } from 'react'
import { cx } from '~/util/class'
import { IconButton } from './Button'

interface Props {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: string
  children: ReactNode
  className?: string
  /** Beside the page instead of over it: what lies behind keeps the focus and the keys. */
  beside?: boolean
  /** It holds nothing that takes the focus, so the keyboard scrolls the text itself. */
  onlyText?: boolean
  /** What gets the focus back where it was opened from a menu, which is gone by then. */
  from?: RefObject<HTMLElement | null>
}

/** Our own backdrop: the one of the library locks scrolling with an injected style, `app.css` does without. */
function Frame({ open, onOpenChange, title, description, children, className, place, beside, onlyText, from }: Props & { place: string }) {
  const before = useRef<Element>(null)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange} modal={!beside}>
      <Radix.Portal>
        {!beside && <div data-modal className="fixed inset-0 z-40 bg-[var(--shade)]" />}
        <Radix.Content tabIndex={-1} onInteractOutside={beside ? (event) => event.preventDefault() : undefined}
          onOpenAutoFocus={(event) => { event.preventDefault(); before.current = document.activeElement; if (!beside) (event.currentTarget as HTMLElement | null)?.focus() }}
          onCloseAutoFocus={(event) => { event.preventDefault(); giveBack(from?.current ?? before.current) }} {...(description ? {} : { "aria-describedby": undefined })}
          className={cx('fixed z-50 flex flex-col bg-surface shadow-pop outline-none', place, className)}>
          <div className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
            <Radix.Title className="min-w-0 grow truncate font-semibold">{title}</Radix.Title>
            <Radix.Close asChild><IconButton label="Close"><X /></IconButton></Radix.Close>
          </div>
          {description && <Radix.Description className="px-4 pt-3 text-dim">{description}</Radix.Description>}
          <div tabIndex={onlyText ? 0 : undefined} className="min-h-0 grow overflow-y-auto p-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** To what had the focus before: the library does so for its own triggers alone. What has taken the focus meanwhile keeps it. */
function giveBack(before: Element | null) {
  const lost = !document.activeElement || document.activeElement === document.body
  if (lost && before instanceof HTMLElement && before.isConnected) before.focus()
}

export const Dialog = (props: Props) => (
  <Frame place="top-[12vh] left-1/2 max-h-[76vh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 rounded-md" {...props} />
)

/** From the right; on a phone from below. */
export const Sheet = (props: Props) => (
  <Frame place="inset-y-0 right-0 w-[min(32rem,100vw)] max-md:inset-x-0 max-md:top-auto max-md:bottom-0 max-md:max-h-[85vh] max-md:w-full" {...props} />
)
