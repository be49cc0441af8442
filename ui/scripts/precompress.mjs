// Writes a `.br` beside each text asset of `dist` and fails when the first load outgrows its budget.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { brotliCompressSync, constants } from 'node:zlib'

const DIST = new URL('../dist/', import.meta.url)
const TEXT = /\.(html|js|css|svg|json|txt|webmanifest)$/
const INITIAL_JS_MAX = 250 * 1024

const sizes = new Map()
for (const name of await readdir(DIST, { recursive: true })) {
  if (!TEXT.test(name)) continue
  const bytes = await readFile(new URL(name, DIST))
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  })
  sizes.set(name, packed.length)
  await writeFile(new URL(`${name}.br`, DIST), packed)
}

const html = await readFile(new URL('index.html', DIST), 'utf8')
if (/<style|<script(?![^>]*\bsrc=)|\sstyle=/.test(html)) throw new Error('index.html holds an inline script or style')
const initial = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1])
const total = initial.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)
console.log(`initial JavaScript: ${(total / 1024).toFixed(1)} KiB brotli in ${initial.length} files`)
if (total > INITIAL_JS_MAX) throw new Error(`initial JavaScript is ${total} bytes, the budget is ${INITIAL_JS_MAX}`)
