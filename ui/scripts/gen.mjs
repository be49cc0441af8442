// Writes what is generated from ../openapi/qlrf.json and ../contracts/events. `app/api/generated.test.ts` compares freshness.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { samples } from './mock.mjs'

const SOURCE = new URL('../../openapi/qlrf.json', import.meta.url)
const EVENTS = new URL('../../contracts/events/', import.meta.url)
const FOLDER = new URL('../app/api/generated/', import.meta.url)
const NOTE = '// Generated from openapi/qlrf.json by `npm run gen`; do not edit.\n'

/** Only tests answer by it; nothing of `app` may import it. */
const MOCK = '../../../test/mock/samples.ts'

/** Name → text of each generated file. */
export async function generated() {
  const document = JSON.parse(await readFile(SOURCE, 'utf8'))
  return {
    'schema.d.ts': NOTE + astToString(await openapiTS(document)),
    'as-of.ts': NOTE + timeTravellers(document),
    'nouns.ts': NOTE.replace('qlrf.json', 'qlrf.json and contracts/events') + nouns(document) + (await eventTypes()),
    [MOCK]: NOTE + samples(document),
  }
}

export const checkedIn = (name) => readFile(new URL(name, FOLDER), 'utf8')

/** The server refuses parameters it does not know, so the client has to know which routes take `as_of`. */
function timeTravellers(document) {
  const takes = ([, methods]) => methods.get?.parameters?.some((parameter) => parameter.name === 'as_of')
  const paths = Object.entries(document.paths).filter(takes).map(([path]) => `  '${path}',\n`)
  return `export const TAKES_AS_OF: ReadonlySet<string> = new Set([\n${paths.join('')}])\n`
}

/** `/api/v1/drift/summary` → `drift`: what can be asked, and so can be old. */
function nouns(document) {
  const read = Object.entries(document.paths).filter(([path, methods]) => path.startsWith('/api/v1/') && methods.get)
  const names = [...new Set(read.map(([path]) => path.split('/')[3]))].sort()
  return `export type Noun =\n${names.map((name) => `  | '${name}'\n`).join('')}`
}

/** Each event has a schema of its own. */
async function eventTypes() {
  const names = (await readdir(EVENTS)).filter((file) => file.endsWith('.schema.json')).map((file) => file.replace('.schema.json', '')).sort()
  return `export type EventType =\n${names.map((name) => `  | '${name}'\n`).join('')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await generated())) await writeFile(new URL(name, FOLDER), text)
}
