import { ChevronDown, History } from 'lucide-react'
import { useState } from 'react'
import { useAsOf, useSetAsOf } from '~/state/as-of'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'
import { Popover } from '~/ui/Popover'
import { cx } from '~/util/class'
import { useNow } from '~/components/RelativeTime'
import { absolute } from '~/util/time'

const HOUR = 3_600_000
export const BACK: [string, number][] = [['1 h ago', HOUR], ['1 d ago', 24 * HOUR], ['7 d ago', 7 * 24 * HOUR], ['30 d ago', 30 * 24 * HOUR], ['90 d ago', 90 * 24 * HOUR]]

/** Which moment every page speaks of. In the past the frame is edged and actions say why they are off. */
export function AsOfPicker() {
  const asOf = useAsOf()
  const set = useSetAsOf()
  const [open, setOpen] = useState(false)
  const go = (moment: Date | undefined) => {
    set(moment)
    setOpen(false)
  }
  const trigger = (
    <button type="button" className={cx('flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 whitespace-nowrap hover:bg-hover max-md:h-9', asOf ? 'bg-past-weak text-past' : 'text-dim')}>
      <History aria-hidden className="size-3.5" />
      <span className="num"><span className="max-md:sr-only">As of: </span>{asOf ? absolute(new Date(asOf)) : 'now'}</span>
      <ChevronDown aria-hidden className="size-3.5" />
    </button>
  )
  return (
    <>
      <Popover trigger={trigger} label="As of" align="start" open={open} onOpenChange={setOpen}>
        <p className="mb-2 text-xs text-meta">Every page then shows what was believed at that moment. Actions are off until you return to now.</p>
        <div className="mb-3 flex flex-wrap gap-1.5">
          {BACK.map(([label, back]) => <Button key={label} onClick={() => go(new Date(Date.now() - back))}>{label}</Button>)}
        </div>
        <Exact asOf={asOf} onPick={go} />
      </Popover>
      {asOf && <Button className="border-past! text-past" onClick={() => go(undefined)}>Return to now</Button>}
    </>
  )
}

function Exact({ asOf, onPick }: { asOf?: string; onPick: (moment: Date) => void }) {
  const [text, setText] = useState(asOf ? local(new Date(asOf)) : '')
  const moment = new Date(text)
  const future = moment > useNow()
  return (
    <form className="flex items-end gap-2" onSubmit={(event) => { event.preventDefault(); onPick(moment) }}>
      <div className="grow">
        <Field id="as-of" label={`Moment, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`} problem={future ? 'lies in the future' : undefined}>
          <Input id="as-of" type="datetime-local" step="1" value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      </div>
      <Button type="submit" kind="primary" disabledReason={Number.isNaN(moment.getTime()) || future ? 'Choose a moment in the past' : undefined}>Show</Button>
    </form>
  )
}

/** What the browser's field wants: local time without a zone. */
const local = (moment: Date) => new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
