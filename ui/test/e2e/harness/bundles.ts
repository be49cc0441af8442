import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { json } from './estate'
import { BIN, ENV, type Running } from './server'

const run = (...args: string[]) => execFileSync(BIN, args, { env: ENV, encoding: 'utf8' })

/** A yard: hosts that no route leads to, and the key that signs what is carried away from them. */
export class Yard {
  readonly folder = mkdtempSync(join(tmpdir(), 'qlrf-yard-'))
  private readonly key = join(this.folder, 'key')
  private written = 0
  readonly publicKey = (JSON.parse(run('--output', 'json', 'collect', '--new-key', this.key)) as { public_key: string }).public_key

  /** A connector that takes this yard's bundles; its id. */
  async connect(server: Running, name: string): Promise<string> {
    const config = { keys: { [name]: this.publicKey }, platform: 'edge' }
    return (await json<{ id: string }>(server, '/api/v1/connectors', { kind: 'offline', name, config })).id
  }

  /** As `qlrf collect` on the host writes it: of this machine, or of one whose file system lies in a folder. */
  collect(root = '/'): { name: string; mimeType: string; buffer: Buffer } {
    const name = `${++this.written}.bundle`
    const out = join(this.folder, name)
    run('collect', '--key', this.key, '--out', out, '--root', root)
    return { name, mimeType: 'application/octet-stream', buffer: readFileSync(out) }
  }

  /** The file system of a small host; the same machine-id is the same host. */
  host(name: string, machineId: string, version = '5.2.15-2+b2'): string {
    const root = join(this.folder, name)
    const files = {
      'etc/hostname': `${name}\n`, 'etc/machine-id': `${machineId}\n`,
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      'var/lib/dpkg/status': `Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
    }
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return root
  }
}
