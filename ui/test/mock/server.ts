import { http, HttpResponse, type JsonBodyType } from 'msw'
import { setupServer } from 'msw/node'
import type { Answer, PathOf } from '~/api/client'
import type { Problem } from '~/api/errors'
import { SAMPLES } from './samples'

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Given<V extends Verb, P extends PathOf<V>> = Answer<V, P> | Response

const addressOf = (path: string) => `*${path.replaceAll(/\{(\w+)\}/g, ':$1')}`

/** Every route answers the least that its schema allows; a test says what more it needs with `answer`. */
const handlers = Object.entries(SAMPLES).map(([route, sample]) => {
  const [verb, path] = route.split(' ') as [Verb, string]
  const body: JsonBodyType = 'body' in sample ? sample.body : null
  return http[verb](addressOf(path), () => (body === null ? new HttpResponse(null, { status: sample.status }) : HttpResponse.json(body, { status: sample.status })))
})

export const server = setupServer(...handlers)

/** What a route answers in this test, by its type; or a response as it is, for what goes wrong. */
export function answer<V extends Verb, P extends PathOf<V>>(verb: V, path: P, reply: (request: URL) => Given<V, P> | Promise<Given<V, P>>) {
  server.use(http[verb](addressOf(path), async ({ request }) => {
    const given = await reply(new URL(request.url))
    return given instanceof Response ? given : HttpResponse.json(given as JsonBodyType)
  }))
}

export function problem(status: number, code: string, detail = 'it did not work'): Response {
  const body: Problem = { status, code, detail, title: code, type: `urn:qlrf:${code}`, instance: 'urn:uuid:00000000-0000-7000-8000-000000000001' }
  return HttpResponse.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
}
