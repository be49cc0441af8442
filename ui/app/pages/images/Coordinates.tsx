import { Trash2 } from 'lucide-react'
import { useId, useState, type FormEvent } from 'react'
import { useCan } from '~/api/perms'
import { useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Confirm } from '~/components/Confirm'
import { Section } from '~/components/Page'
import { EmptyState, ErrorState } from '~/components/States'
import { announce } from '~/state/announce'
import { Button, IconButton } from '~/ui/Button'
import { Dialog } from '~/ui/Dialog'
import { Field, Input, Select } from '~/ui/Field'
import { CopyButton, Text, visible } from '~/ui/Text'
import { plural } from '~/util/units'
import { JUDGED_AGAIN } from './words'

type Image = components['schemas']['Image']
type Coordinate = components['schemas']['Coordinate']
const PLATFORMS = ['aws', 'azure', 'gcp', 'vsphere', 'oci', 'kubernetes', 'baremetal'] as const
/** As the server bounds them. */
const TEXT_MAX = 512
const NAME_MAX = 80

/** Where the version can be started from: an asset that says one of these as its image is linked to it. */
export function Coordinates({ image }: { image: Image }) {
  const may = useCan('image:write')
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Coordinate>()
  const { coordinates } = image
  return (
    <Section title="Coordinates" note={`${plural(coordinates.length, 'place')} where it can be started from`} actions={<Button disabledReason={may.reason} onClick={() => setAdding(true)}>Add a coordinate</Button>}>
      {coordinates.length === 0 ? <EmptyState compact title="No coordinate">The contract names none: assets are linked to it by rules alone.</EmptyState> : (
        <table className="num w-full table-fixed">
          <thead className="text-left text-xs text-meta"><tr className="[&>th]:pb-1 [&>th]:font-normal"><th scope="col" className="w-28">Platform</th><th scope="col" className="w-36 max-sm:w-24">Region</th><th scope="col">Reference</th><th scope="col" className="w-18"><span className="sr-only">Copy or remove</span></th></tr></thead>
          <tbody>
            {coordinates.map((each) => (
              <tr key={`${each.platform} ${each.region} ${each.reference}`} className="h-9 border-t border-line">
                <td><Text>{each.platform}</Text></td>
                <td>{each.region ? <Text>{each.region}</Text> : <span className="text-meta">everywhere</span>}</td>
                <td className="truncate"><Text mono>{each.reference}</Text></td>
                <td>
                  <span className="flex justify-end">
                    <CopyButton text={each.reference} label={`Copy reference on ${each.platform}`} />
                    <IconButton label={`Remove ${visible(each.reference.slice(0, NAME_MAX))} on ${each.platform}`} disabledReason={may.reason} onClick={() => setRemoving(each)}><Trash2 /></IconButton>
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {adding && <Add image={image} close={() => setAdding(false)} />}
      {removing && <Remove image={image} coordinate={removing} close={() => setRemoving(undefined)} />}
    </Section>
  )
}

function Remove({ image, coordinate, close }: { image: Image; coordinate: Coordinate; close: () => void }) {
  const { platform, region, reference } = coordinate
  const remove = useSend('delete', '/api/v1/images/{image}/coordinates', JUDGED_AGAIN)
  const confirm = () => remove.mutate({ path: { image: image.id }, query: { platform, region: region ?? undefined, reference } }, { onSuccess: () => { announce('The coordinate was removed'); close() } })
  return (
    <Confirm open onOpenChange={close} title="Remove a coordinate" action="Remove" danger pending={remove.isPending} error={remove.error} onConfirm={confirm}>
      <p><Text mono wrap>{reference}</Text> <span className="text-meta">on {platform}, {region ? <Text>{region}</Text> : 'everywhere'}</span></p>
      <p className="text-dim">Assets that are linked to this version by it alone are judged again, without the version. It can be added again.</p>
    </Confirm>
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
    <Dialog open onOpenChange={close} title="Add a coordinate" description="Assets that say it as their image are linked to this version, and judged by it from then on.">
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
