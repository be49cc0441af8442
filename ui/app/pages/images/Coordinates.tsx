import { useId, useState, type FormEvent } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, Input, Select } from '~/ui/Field'
import { CopyButton, Text } from '~/ui/Text'
import { plural } from '~/util/units'
import { JUDGED_AGAIN } from './words'

type Image = components['schemas']['Image']
const PLATFORMS = ['aws', 'azure', 'gcp', 'vsphere', 'oci', 'kubernetes', 'baremetal'] as const
/** As the server bounds them. */
const TEXT_MAX = 512

/** Where the version can be started from: an asset that says one of these as its image is linked to it. */
export function Coordinates({ image }: { image: Image }) {
  const may = useCan('image:write')
  const [adding, setAdding] = useState(false)
  const { coordinates } = image
  return (
    <Section title="Coordinates" note={`${plural(coordinates.length, 'place')} where it can be started from`} actions={<Button disabledReason={may.reason} onClick={() => setAdding(true)}>Add a coordinate</Button>}>
      {coordinates.length === 0 ? <EmptyState compact title="No coordinate">The contract names none: assets are linked to it by rules alone.</EmptyState> : (
        <table className="num w-full table-fixed">
          <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col" className="w-28">Platform</th><th scope="col" className="w-36 max-sm:w-24">Region</th><th scope="col">Reference</th><th scope="col" className="w-9"><span className="sr-only">Copy</span></th></tr></thead>
          <tbody>
            {coordinates.map((each) => (
              <tr key={`${each.platform} ${each.region} ${each.reference}`} className="h-9 border-t border-line">
                <td><Text>{each.platform}</Text></td>
                <td>{each.region ? <Text>{each.region}</Text> : <span className="text-meta">everywhere</span>}</td>
                <td className="truncate"><Text mono>{each.reference}</Text></td>
                <td><CopyButton text={each.reference} label={`Copy reference on ${each.platform}`} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {adding && <Add image={image} close={() => setAdding(false)} />}
    </Section>
  )
}

function Add({ image, close }: { image: Image; close: () => void }) {
  const id = useId()
  const [platform, setPlatform] = useState<string>(image.coordinates[0]?.platform ?? PLATFORMS[0])
  const [region, setRegion] = useState('')
  const [reference, setReference] = useState('')
  const add = useSend('post', '/api/v1/images/{image}/coordinates', JUDGED_AGAIN)
  const wanted = { platform, region: region.trim() || null, reference: reference.trim() }
  const there = image.coordinates.some((each) => each.platform === platform && (each.region ?? null) === wanted.region && each.reference === wanted.reference)
  const reason = !wanted.reference ? 'Say what it is called there' : there ? 'It is there already' : add.isPending ? 'Being added' : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!reason) add.mutate({ path: { image: image.id }, body: { coordinates: [wanted] } }, { onSuccess: () => { announce('The coordinate was added'); close() } })
  }
  return (
    <Dialog open onOpenChange={close} title="Add a coordinate" description="Assets that say it as their image are linked to this version, and judged by it from then on. A coordinate cannot be taken back.">
      <form onSubmit={submit} className="grid gap-3 pt-2">
        <Field id={`${id}p`} label="Platform"><Select id={`${id}p`} value={platform} onChange={(event) => setPlatform(event.target.value)} options={PLATFORMS.map((each) => [each, each] as const)} /></Field>
        <Field id={`${id}r`} label="Region" help="Empty where the reference means the same everywhere on the platform."><Input id={`${id}r`} value={region} maxLength={TEXT_MAX} autoComplete="off" spellCheck={false} onChange={(event) => setRegion(event.target.value)} /></Field>
        <Field id={`${id}n`} label="Reference" help="The provider's own name of it: an AMI id, a template name, a repository with its tag."><Input id={`${id}n`} value={reference} maxLength={TEXT_MAX} autoComplete="off" spellCheck={false} onChange={(event) => setReference(event.target.value)} /></Field>
        {add.error && <ErrorState compact error={add.error} />}
        <div className="flex justify-end gap-2"><Button onClick={close}>Cancel</Button><Button kind="primary" type="submit" disabledReason={reason}>Add</Button></div>
      </form>
    </Dialog>
  )
}
