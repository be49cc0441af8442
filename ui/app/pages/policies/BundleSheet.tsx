import { Trash2 } from 'lucide-react'
import { useState, type ChangeEvent } from 'react'
import { useSend } from '~/api/query'
import { Mistakes } from '~/components/Mistakes'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { Field, Select } from '~/ui/Field'
import { bundleOf, filesOf, FREEZES, POLICY_NOUNS, type Files, type Rules } from './words'

/** Larger files are no rules. */
const FILE_BYTES_MAX = 64 << 10

interface Props { rules: Rules; reason?: string; close: () => void }

/** The organisation's files as they lie in a folder; they are saved as a whole, once their tests pass. */
export function BundleSheet({ rules, reason, close }: Props) {
  const [files, setFiles] = useState<Files>(() => filesOf(rules))
  const [base] = useState(rules.etag)
  const [chosen, setChosen] = useState<string>()
  const [refused, setRefused] = useState<string>()
  const save = useSend('put', '/api/v1/policies/bundle', POLICY_NOUNS)
  const names = Object.keys(files).sort()
  const open = chosen !== undefined && chosen in files ? chosen : names[0]
  const bundle = bundleOf(files)
  const add = async (event: ChangeEvent<HTMLInputElement>) => {
    const picked = [...(event.target.files ?? [])]
    const wrong = picked.find((file) => file.size > FILE_BYTES_MAX || (file.name !== FREEZES && !file.name.endsWith('.rego')))
    setRefused(wrong && `${wrong.name} is neither a .rego file nor ${FREEZES}, or larger than 64 KiB`)
    if (wrong) return
    const read = await Promise.all(picked.map(async (file) => [file.name, await file.text()] as const))
    setFiles((before) => ({ ...before, ...Object.fromEntries(read) }))
    setChosen(read[0]?.[0])
  }
  const remove = (name: string) => setFiles((before) => Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)))
  const missing = reason ?? (bundle ? undefined : `${FREEZES} is not a list in JSON`) ?? (save.isPending ? 'The tests are being run' : undefined)
  const send = () => { if (bundle) save.mutate({ body: bundle, ifMatch: base }, { onSuccess: () => { announce('Rules saved'); close() } }) }
  return (
    <Sheet open onOpenChange={(on) => { if (!on) close() }} title="The organisation's rules" className="md:w-[min(48rem,100vw)]"
      description="NAME.rego with NAME_test.rego beside it, and freezes.json. They are saved together, once every test passes, and decide from then on.">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <Field id="policy-files" label="Add files" problem={refused}>
          <input id="policy-files" type="file" multiple accept=".rego,.json" onChange={(event) => void add(event)}
            className="w-full min-w-0 rounded-md border border-line-strong bg-surface p-1 file:mr-2 file:rounded-sm file:border-0 file:bg-sunken file:px-2 file:text-text" />
        </Field>
        {open === undefined ? <p className="text-dim">No files: the shipped rules hold alone.</p> : (
          <>
            <div className="flex flex-wrap items-end gap-2">
              <Field id="policy-file" label="File"><Select id="policy-file" options={names.map((name) => [name, name] as const)} value={open} onChange={(event) => setChosen(event.target.value)} /></Field>
              <Button icon={<Trash2 />} disabledReason={reason} onClick={() => remove(open)}>Leave it out</Button>
            </div>
            <textarea aria-label={`Text of ${open}`} value={files[open]} onChange={(event) => setFiles({ ...files, [open]: event.target.value })} spellCheck={false} wrap="off" dir="ltr" rows={18}
              className="w-full resize-y rounded-md border border-line-strong bg-surface p-3 font-mono text-xs" />
          </>
        )}
        {save.error && <Mistakes error={save.error} code="invalid_policy_bundle" />}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabledReason={missing} onClick={send}>Save the rules</Button>
        </div>
      </div>
    </Sheet>
  )
}
