import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from './server'

const READY_MS = 30_000
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

export interface Registry { url: string; push: (repository: string, tag: string, packages: Record<string, string>) => Promise<void>; stop: () => void }

/** Debian's docker-registry; `undefined` where it is not installed. */
export async function startRegistry(): Promise<Registry | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'qlrf-registry-'))
  const port = await freePort()
  const config = { version: '0.1', storage: { filesystem: { rootdirectory: join(folder, 'blobs') } }, http: { addr: `127.0.0.1:${port}` } }
  // YAML holds all of JSON.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config))
  const url = `http://127.0.0.1:${port}`
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const stop = () => {
    child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  if (!(await answers(child, `${url}/v2/`))) {
    stop()
    return undefined
  }
  return { url, push: (...image) => push(url, folder, ...image), stop }
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  let isMissing = false
  child.once('error', () => (isMissing = true))
  for (const end = Date.now() + READY_MS; !isMissing && child.exitCode === null; await new Promise((next) => setTimeout(next, 100))) {
    if ((await fetch(url).catch(() => undefined))?.ok) return true
    if (Date.now() > end) throw new Error(`docker-registry was not ready in time at ${url}`)
  }
  return false
}

/** One layer of Debian 12 with these packages installed. */
async function push(url: string, folder: string, repository: string, tag: string, packages: Record<string, string>) {
  const installed = Object.entries(packages).map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`)
  const files = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n', 'var/lib/dpkg/status': installed.join('') }
  const root = mkdtempSync(join(folder, 'root-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  execFileSync('tar', ['-czf', join(folder, 'layer.tgz'), '-C', root, ...Object.keys(files)])
  const layer = await pushBlob(url, repository, 'application/vnd.oci.image.layer.v1.tar+gzip', readFileSync(join(folder, 'layer.tgz')))
  const described = { os: 'linux', architecture: 'amd64', created: '2026-11-01T00:00:00Z', config: {}, rootfs: { type: 'layers', diff_ids: [] } }
  const config = await pushBlob(url, repository, 'application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify(described)))
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] })
  await sent(await fetch(`${url}/v2/${repository}/manifests/${tag}`, { method: 'PUT', headers: { 'content-type': MANIFEST }, body: manifest }))
}

async function pushBlob(url: string, repository: string, mediaType: string, content: Buffer) {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  const begun = await sent(await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' }))
  const place = new URL(begun.headers.get('location') ?? '', url)
  place.searchParams.set('digest', digest)
  await sent(await fetch(place, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(content) }))
  return { mediaType, digest, size: content.length }
}

async function sent(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`)
  return answer
}
