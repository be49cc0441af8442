import { useState, type FormEvent } from 'react'
import { useSend } from '~/api/query'
import { ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, Input, Select } from '~/ui/Field'
import { visible } from '~/ui/Text'
import { draftOf, fieldsOf, keptWords, NOUNS, specOf, type Draft, type Noun, type Part } from './parts'
import { NOUNS_TOUCHED } from './touched'

const NAME_MAX = 256
interface Props {
  noun: Noun
  /** Absent for one that nobody has named yet. */
  part?: Part
  close: () => void
}

/** Declares a site, environment or project, or says anew what was declared. */
export function PartForm({ noun, part, close }: Props) {
  const verb = part?.declared ? 'Edit' : 'Declare'
  return (
    <Dialog open onOpenChange={(on) => { if (!on) close() }} title={part ? `${verb} ${visible(part.name.slice(0, 80))}` : `Declare ${noun === 'environment' ? 'an' : 'a'} ${noun}`}>
      <Form noun={noun} part={part} close={close} />
    </Dialog>
  )
}

function Form({ noun, part, close }: Props) {
  const kind = NOUNS[noun]
  const known = part?.declared
  const [draft, setDraft] = useState<Draft>(() => draftOf(noun, part))
  const create = useSend('post', kind.all, NOUNS_TOUCHED)
  const edit = useSend('put', kind.each, NOUNS_TOUCHED)
  const send = known ? edit : create
  const unchanged = known && JSON.stringify(draft) === JSON.stringify(draftOf(noun, part))
  const reason = draft.name === '' ? 'A name has at least one character' : unchanged ? 'Nothing was changed' : send.isPending ? 'Being saved' : undefined
  const done = { onSuccess: () => { announce(`${draft.name} saved`); close() } }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (reason) return
    // Each of the three takes its own fields, which are just those of this form.
    const body = specOf(draft) as never
    if (known) edit.mutate({ path: { [noun]: part.name } as never, body, ifMatch: known.etag }, done)
    else create.mutate({ body }, done)
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Fields noun={noun} part={part} draft={draft} set={setDraft} problem={(id) => send.error?.fields.find(({ path }) => path === id)?.detail} />
      {send.error && <ErrorState compact error={send.error} told={Object.keys(draft)} />}
      <div className="flex justify-end gap-2"><Button onClick={close}>Cancel</Button><Button type="submit" kind="primary" disabledReason={reason}>{known ? 'Save' : 'Declare'}</Button></div>
    </form>
  )
}

interface FieldsProps { noun: Noun; part?: Part; draft: Draft; set: (draft: Draft) => void; problem: (id: string) => string | undefined }

function Fields({ noun, part, draft, set, problem }: FieldsProps) {
  const renamed = part?.declared && draft.name !== part.name
  const help = renamed ? `${keptWords(part)} To give assets another word, change the mapping rules.` : 'The word that assets carry.'
  return (
    <>
      <Field id="part-name" label="Name" help={help} problem={problem('name')}>
        <Input id="part-name" value={draft.name} maxLength={NAME_MAX} readOnly={part !== undefined && !part.declared} autoComplete="off" spellCheck={false} onChange={(event) => set({ ...draft, name: event.target.value })} />
      </Field>
      {fieldsOf(noun).map(({ id, label, help, most, options, suggested }) => (
        <Field key={id} id={`part-${id}`} label={label} help={help} problem={problem(id)}>
          {options ? <Select id={`part-${id}`} value={draft[id]} options={options} onChange={(event) => set({ ...draft, [id]: event.target.value })} />
            : <Input id={`part-${id}`} value={draft[id]} maxLength={most} autoComplete="off" list={suggested && `part-${id}-list`} onChange={(event) => set({ ...draft, [id]: event.target.value })} />}
          {suggested && <datalist id={`part-${id}-list`}>{suggested().map((value) => <option key={value} value={value} />)}</datalist>}
        </Field>
      ))}
    </>
  )
}
