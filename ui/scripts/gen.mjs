// Writes what is generated from ../openapi/qlrf.json. `app/api/generated.test.ts` compares freshness.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const SOURCE = new URL('../../openapi/qlrf.json', import.meta.url)
const FOLDER = new URL('../app/api/generated/', import.meta.url)
const NOTE = '// Generated from openapi/qlrf.json by `npm run gen`; do not edit.\n'

/** Name → text of each generated file. */
export async function generated() {
  const document = JSON.parse(await readFile(SOURCE, 'utf8'))
  return {
    'schema.d.ts': NOTE + astToString(await openapiTS(document)),
    'as-of.ts': NOTE + timeTravellers(document),
  }
}

export const checkedIn = (name) => readFile(new URL(name, FOLDER), 'utf8')

/** The server refuses parameters it does not know, so the client has to know which routes take `as_of`. */
function timeTravellers(document) {
  const takes = ([, methods]) => methods.get?.parameters?.some((parameter) => parameter.name === 'as_of')
  const paths = Object.entries(document.paths).filter(takes).map(([path]) => `  '${path}',\n`)
  return `export const TAKES_AS_OF: ReadonlySet<string> = new Set([\n${paths.join('')}])\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(await generated())) await writeFile(new URL(name, FOLDER), text)
}
