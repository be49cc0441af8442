import { Download } from 'lucide-react'
import { asApiError } from '~/api/errors'
import { useCan } from '~/api/perms'
import { announce } from '~/state/announce'
import { download } from '~/table/export'
import { Button } from '~/ui/Button'
import { Menu, MenuItem } from '~/ui/Menu'

type Format = 'cyclonedx' | 'spdx'

/** Saves a bill of materials as a file, in the form that one chooses. */
export function SbomMenu({ name, load }: { name: string; load: (format: Format) => Promise<unknown> }) {
  const may = useCan('sbom:read', 'read')
  const save = async (format: Format) => {
    try {
      download(`${name.replaceAll(/[^\w.-]+/g, '-')}.${format}.json`, 'application/json', JSON.stringify(await load(format), null, 2))
      announce('The bill of materials was saved')
    } catch (error) {
      announce(`It was not saved: ${asApiError(error).message}`)
    }
  }
  if (!may.may) return <Button icon={<Download />} disabledReason={may.reason}>SBOM</Button>
  return (
    <Menu trigger={<Button icon={<Download />}>SBOM</Button>}>
      <MenuItem onSelect={() => void save('cyclonedx')}>CycloneDX</MenuItem>
      <MenuItem onSelect={() => void save('spdx')}>SPDX</MenuItem>
    </Menu>
  )
}
