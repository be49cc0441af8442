import { FileUp } from 'lucide-react'
import { useId, useState, type FormEvent } from 'react'
import { call } from '~/api/client'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Section, Sentence } from '~/components/Page'
import { SbomMenu } from '~/components/SbomMenu'
import { EmptyState, ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, FileInput } from '~/ui/Field'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { bytes, count, plural } from '~/util/units'
import { JUDGED_AGAIN } from './words'

type Image = components['schemas']['Image']
/** The server's own bound; a larger file is not even sent. */
const FILE_MAX = 64 * 1024 * 1024
const PROBLEMS_SHOWN = 50

/** The software of the version: what is attached, and the way to attach it. */
export function Bill({ image }: { image: Image }) {
  const mayAttach = useCan('sbom:import')
  const mayWrite = useCan('image:write')
  const [open, setOpen] = useState(false)
  const reference = `${image.family}:${image.version}`
  return (
    <Section title="Bill of materials" note={<StateBadge state={image.has_sbom ? 'ok' : 'unknown'}>{image.has_sbom ? 'attached' : 'none'}</StateBadge>}
      actions={<>
        {image.has_sbom && <SbomMenu name={reference} load={(format) => call('get', '/api/v1/images/{image}/sbom', { path: { image: image.id }, query: { format } })} />}
        <Button icon={<FileUp />} disabledReason={mayAttach.reason ?? mayWrite.reason} onClick={() => setOpen(true)}>{image.has_sbom ? 'Replace' : 'Attach'}</Button>
      </>}>
      {image.has_sbom ? <Sentence>Every package of it is expected of the assets that run this version, and advisories are matched with it.</Sentence>
        : <EmptyState compact title="Its software is not known" command={`qlrf image sbom ${reference} sbom.json`}>Only what the contract names is expected, and no advisory can be matched. Attach what syft, trivy or qlrf scan wrote of it.</EmptyState>}
      {open && <Attach image={image} close={() => setOpen(false)} />}
    </Section>
  )
}

function Attach({ image, close }: { image: Image; close: () => void }) {
  const id = useId()
  const [file, setFile] = useState<File>()
  const attach = useSend('post', '/api/v1/images/{image}/sbom', [...JUDGED_AGAIN, 'vulnerabilities'])
  const large = file && file.size > FILE_MAX ? `It has ${bytes(file.size)}; at most ${bytes(FILE_MAX)} are taken` : undefined
  const reason = !file ? 'Choose a file first' : large ?? (attach.isPending ? 'The file is being read' : undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (file && !reason) attach.mutate({ path: { image: image.id }, document: file })
  }
  const choose = (next: File | undefined) => {
    setFile(next)
    attach.reset()
  }
  return (
    <Dialog open onOpenChange={close} title={`Bill of materials of ${image.family}:${image.version}`}
      description={image.has_sbom ? 'It takes the place of the one that is attached; assets that run the version are judged again.' : 'Assets that run the version are judged again, by every package that it names.'}>
      {attach.data ? <Attached attached={attach.data} close={close} /> : (
        <form onSubmit={submit} className="grid gap-3 pt-2">
          <Field id={id} label="SPDX 2 or CycloneDX, in JSON" problem={large} help={file ? `${file.name}, ${bytes(file.size)}` : undefined}>
            <FileInput id={id} accept=".json,application/json" onFile={choose} />
          </Field>
          {attach.error && <ErrorState compact error={attach.error} />}
          <div className="flex justify-end gap-2"><Button onClick={close}>Cancel</Button><Button kind="primary" type="submit" disabledReason={reason}>Attach</Button></div>
        </form>
      )}
    </Dialog>
  )
}

function Attached({ attached: { packages, problems }, close }: { attached: components['schemas']['SbomAttached']; close: () => void }) {
  return (
    <div role="status" className="grid gap-3 pt-2">
      <StateBadge state={problems.length > 0 ? 'warning' : 'ok'}>{plural(packages, 'package')} attached{problems.length > 0 && `, ${plural(problems.length, 'entry', 'entries')} not readable`}</StateBadge>
      {problems.length > 0 && (
        <ul className="list-disc pl-5 text-dim">
          {problems.slice(0, PROBLEMS_SHOWN).map((each, index) => <li key={index}><code className="text-xs">{each.code}</code> <Text wrap>{each.detail}</Text></li>)}
          {problems.length > PROBLEMS_SHOWN && <li>and {count(problems.length - PROBLEMS_SHOWN)} more</li>}
        </ul>
      )}
      <div className="flex justify-end"><Button kind="primary" onClick={close}>Close</Button></div>
    </div>
  )
}
