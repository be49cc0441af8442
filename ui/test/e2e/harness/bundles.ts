import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { json } from './estate'
import { BIN, ENV, type Running } from './server'

/** Not the one that waits: connections that the server closes meanwhile would look open. */
const run = async (...args: string[]) => (await promisify(execFile)(BIN, args, { env: ENV })).stdout

export interface Bundle { name: string; mimeType: string; buffer: Buffer }

/** A yard: hosts that no route leads to, and the key that signs what is carried away from them. */
export class Yard {
  readonly folder = mkdtempSync(join(tmpdir(), 'qlrf-yard-'))
  private readonly key = join(this.folder, 'key')
  private written = 0

  /** A connector that takes this yard's bundles; its id. */
  async connect(server: Running, name: string): Promise<string> {
    const { public_key: key } = JSON.parse(await run('--output', 'json', 'collect', '--new-key', this.key)) as { public_key: string }
    const config = { keys: { [name]: key }, platform: 'edge' }
    return (await json<{ id: string }>(server, '/api/v1/connectors', { kind: 'offline', name, config })).id
  }

  /** As `qlrf collect` on the host writes it: of this machine, or of one whose file system lies in a folder. */
  async collect(root = '/'): Promise<Bundle> {
    const name = `${++this.written}.bundle`
    const out = join(this.folder, name)
    await run('collect', '--key', this.key, '--out', out, '--root', root)
    return { name, mimeType: 'application/octet-stream', buffer: readFileSync(out) }
  }

  /** The file system of a small host; the same machine-id is the same host. */
  host(name: string, machineId: string, version = '5.2.15-2+b2'): string {
    const root = join(this.folder, name)
    const files = {
      'etc/hostname': `${name}\n`, 'etc/machine-id': `${machineId}\n`,
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      'var/lib/dpkg/status': `Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`,
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return root
  }
}
