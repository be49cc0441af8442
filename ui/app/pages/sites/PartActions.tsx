import { ArrowLeftRight, Pencil, Trash2, Unlink } from 'lucide-react'
import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import { Confirm } from '~/components/Confirm'
import { announce } from '~/state/announce'
import { Button, IconButton } from '~/ui/Button'
import { Text } from '~/ui/Text'
import { PairForm } from './PairForm'
import { PartForm } from './PartForm'
import { keptWords, NOUNS, type Noun, type Part } from './parts'
import { NOUNS_TOUCHED } from './touched'

type Act = 'form' | 'pair' | 'unpair' | 'delete'
interface Props { noun: Noun; part: Part }

/** What can be done with one of them; the name is in each button's, as a list has many. */
export function PartActions({ noun, part }: Props) {
  const { reason } = useCan('estate:write')
  const [act, setAct] = useState<Act>()
  const close = () => setAct(undefined)
  const button = (next: Act, label: string, icon: React.ReactNode) => <IconButton label={`${label} ${part.name.slice(0, 60)}`} disabledReason={reason} onClick={() => setAct(next)}>{icon}</IconButton>
  return (
    <>
      <span className="flex items-center justify-end">
        {!part.declared ? <Button className="h-6!" disabledReason={reason} aria-label={`Declare ${part.name.slice(0, 60)}`} onClick={() => setAct('form')}>Declare</Button> : (
          <>
            {noun === 'site' && (part.pair ? button('unpair', 'End the pair of', <Unlink />) : button('pair', 'Pair', <ArrowLeftRight />))}
            {button('form', 'Edit', <Pencil />)}
            {button('delete', 'Delete', <Trash2 />)}
          </>
        )}
      </span>
      {act === 'form' && <PartForm noun={noun} part={part} close={close} />}
      {act === 'pair' && <PairForm site={part.name} close={close} />}
      {act === 'unpair' && <Unpair part={part} close={close} />}
      {act === 'delete' && <Deletion noun={noun} part={part} close={close} />}
    </>
  )
}

function Deletion({ noun, part, close }: Props & { close: () => void }) {
  const send = useSend('delete', NOUNS[noun].each, NOUNS_TOUCHED)
  const remove = () => send.mutate({ path: { [noun]: part.name } as never, ifMatch: part.declared?.etag }, { onSuccess: () => { announce(`${part.name} deleted`); close() } })
  return (
    <Confirm open onOpenChange={(on) => { if (!on) close() }} title={`Delete the ${noun}`} action="Delete" danger pending={send.isPending} error={send.error} onConfirm={remove}>
      <p className="font-semibold"><Text wrap>{part.name}</Text></p>
      <p className="text-dim"><Text wrap>{keptWords(part)}</Text> What was declared stays in the past, and it can be declared again.</p>
      {part.pair && <p className="text-dim">Its pair with <Text className="text-text">{part.pair.with}</Text> ends.</p>}
    </Confirm>
  )
}

function Unpair({ part, close }: { part: Part; close: () => void }) {
  const send = useSend('delete', '/api/v1/sites/{site}/pair')
  return (
    <Confirm open onOpenChange={(on) => { if (!on) close() }} title="End the pair" action="End it" danger pending={send.isPending} error={send.error}
      onConfirm={() => send.mutate({ path: { site: part.name } }, { onSuccess: () => { announce('Pair ended'); close() } })}>
      <p><Text>{part.name}</Text> and <Text>{part.pair?.with ?? ''}</Text> no longer stand in for each other. Nothing else changes.</p>
    </Confirm>
  )
}
