import createClient, { type Middleware } from 'openapi-fetch'
import { errorOf, unreachable } from './errors'
import type { paths } from './generated/schema'

const CSRF_COOKIE = 'qlrf_csrf'
const CSRF_HEADER = 'X-CSRF-Token'

/** With the session cookie, every change proves that it comes from our own page. */
const csrf: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set(CSRF_HEADER, cookie(CSRF_COOKIE))
    return request
  },
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await errorOf(response)
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return unreachable()
  },
}

/** The base is absolute, because a `Request` outside of a page knows no origin. */
const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  credentials: 'same-origin',
  headers: { accept: 'application/json' },
  querySerializer: { array: { style: 'form', explode: false } },
})
client.use(csrf, problems)

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Operation<V extends Verb, P extends PathOf<V>> = NonNullable<paths[P][V]>
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : T extends { content: { 'application/yaml': infer Text } } ? Text : undefined
type Responses<O> = O extends { responses: infer R } ? R : never

/** Paths that have this verb. */
export type PathOf<V extends Verb> = {
  [P in keyof paths]: paths[P][V] extends { responses: unknown } ? P : never
}[keyof paths]

export type Answer<V extends Verb, P extends PathOf<V>> = {
  [S in keyof Responses<Operation<V, P>>]: S extends 200 | 201 | 202 | 204 ? Json<Responses<Operation<V, P>>[S]> : never
}[keyof Responses<Operation<V, P>>]

type Parameters<O, K extends 'query' | 'path'> = O extends { parameters: { [N in K]?: infer T } } ? NonNullable<T> : never

/** What a call needs: only the parts that the route has. */
export interface Input<V extends Verb, P extends PathOf<V>> {
  query?: Parameters<Operation<V, P>, 'query'>
  path?: Parameters<Operation<V, P>, 'path'>
  body?: Operation<V, P> extends { requestBody?: { content: { 'application/json': infer B } } } ? B : never
  /** In place of `body`: a contract as it was written (YAML or JSON), or a file as it is. */
  document?: string | Blob
  /** The version that a change is made to; another one refuses it. */
  ifMatch?: string
  signal?: AbortSignal
}

/** Routes that answer a document as text. */
const TEXTUAL: ReadonlySet<string> = new Set<keyof paths>(['/api/v1/images/{image}/contract', '/api/v1/images/starter'])
const asIs = (document: string | Blob) => document
const typeOf = (document: string | Blob) => (typeof document === 'string' ? 'application/yaml' : 'application/octet-stream')

export async function call<V extends Verb, P extends PathOf<V>>(verb: V, path: P, input: Input<V, P> = {}): Promise<Answer<V, P>> {
  const { query, path: inPath, body, document, ifMatch, signal } = input
  const method = verb.toUpperCase() as 'GET'
  const known = ifMatch === undefined ? undefined : { 'if-match': ifMatch }
  const sent = document === undefined ? { body, headers: known } : { body: document, bodySerializer: asIs, headers: { 'content-type': typeOf(document), ...known } }
  const parseAs = TEXTUAL.has(path) ? 'text' : 'json'
  // The types above are exact; the client's own are too deep for a generic caller.
  const answer = await client[method](path as never, { params: { query, path: inPath }, ...sent, parseAs, signal } as never)
  return (answer as { data: Answer<V, P> }).data
}

/** Without this cookie there is no session; with it there may be one. */
export const mayBeSignedIn = () => cookie(CSRF_COOKIE) !== ''

function cookie(name: string): string {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))
  return found?.slice(name.length + 1) ?? ''
}
