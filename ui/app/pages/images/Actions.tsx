import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Confirm } from '~/components/Confirm'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Field, Input } from '~/ui/Field'
import { Link, LINK, useGo } from '~/ui/Link'
import { Menu, MenuItem } from '~/ui/Menu'
import { StateBadge } from '~/ui/State'
import { path, term } from '~/util/path-builder'
import { plural } from '~/util/units'
import { JUDGED_AGAIN } from './words'
import { STEPS, stepsFrom, type Step } from './steps'

type Image = components['schemas']['Image']
const REASON_MAX = 500

interface Props { image: Image; running: number | undefined }

/** Along the life cycle, forward only; what cannot be done now is shown with its reason. */
export function Actions({ image, running }: Props) {
  const may = useCan('image:write')
  const [open, setOpen] = useState<Step>()
  const steps = stepsFrom(image)
  const next = steps.find((step) => step === 'testing' || step === 'production')
  const others = steps.filter((step) => step !== next)
  return (
    <>
      {next && <Button kind="primary" disabledReason={may.reason} onClick={() => setOpen(next)}>{STEPS[next].action}</Button>}
      {others.length > 0 && (
        <Menu trigger={<Button>Change status</Button>}>
          {others.map((step) => <MenuItem key={step} disabledReason={may.reason} onSelect={() => setOpen(step)}>{STEPS[step].action}</MenuItem>)}
        </Menu>
      )}
      {open && <Change key={open} step={open} image={image} running={running} close={() => setOpen(undefined)} />}
    </>
  )
}

function Change({ step, image, running, close }: Props & { step: Step; close: () => void }) {
  const [reason, setReason] = useState('')
  const { run, pending, error } = useRun(step, image, close)
  const reference = `${image.family}:${image.version}`
  const { title, action, effect, danger, typed } = STEPS[step]
  return (
    <Confirm open onOpenChange={(on) => { if (!on) close() }} title={`${title} ${reference}`} action={action} danger={danger} typed={typed ? reference : undefined}
      missing={step === 'revoke' && !reason.trim() ? 'Say why first' : undefined} pending={pending} error={error} onConfirm={() => run(reason.trim())}>
      <p className="text-dim">{effect}</p>
      <Affected reference={reference} running={running} />
      {step === 'revoke' && (
        <Field id="reason" label="Why nobody should run it any more" help="Shown wherever the version is shown.">
          <Input id="reason" value={reason} maxLength={REASON_MAX} onChange={(event) => setReason(event.target.value)} />
        </Field>
      )}
    </Confirm>
  )
}

function Affected({ reference, running }: { reference: string; running: number | undefined }) {
  if (running === undefined) return <StateBadge state="unknown">how many assets run it is not known yet</StateBadge>
  if (running === 0) return <p className="num text-dim">No asset runs it.</p>
  return <p className="num"><Link className={LINK} to={path.fleet({ q: term('image', reference) })}>{plural(running, 'asset')}</Link> <span className="text-dim">{running === 1 ? 'runs' : 'run'} it and {running === 1 ? 'is' : 'are'} judged again.</span></p>
}

/** One call for each step; the dialog closes when the server has done it. */
function useRun(step: Step, image: Image, close: () => void) {
  const go = useGo()
  const at = { path: { image: image.id } }
  const promote = useSend('post', '/api/v1/images/{image}/promote', JUDGED_AGAIN)
  const change = useSend('patch', '/api/v1/images/{image}', JUDGED_AGAIN)
  const revoke = useSend('post', '/api/v1/images/{image}/revoke', JUDGED_AGAIN)
  // What is deleted is not asked for again: the page goes to its family first.
  const remove = useSend('delete', '/api/v1/images/{image}', [])
  const done = { onSuccess: () => { announce(`${STEPS[step].title} ${image.family}:${image.version}: done`); close() } }
  const run = (reason: string) => {
    if (step === 'testing' || step === 'production') promote.mutate({ ...at, body: { to: step } }, done)
    else if (step === 'revoke') revoke.mutate({ ...at, body: { reason } }, done)
    else if (step === 'delete') remove.mutate(at, { onSuccess: () => go(path.images()) })
    else change.mutate({ ...at, body: { status: step } }, done)
  }
  const all = [promote, change, revoke, remove]
  return { run, pending: all.some((each) => each.isPending), error: all.find((each) => each.error)?.error }
}
