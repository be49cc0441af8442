import type { BrowserContext, Response } from '@playwright/test'

/** Announces an answer of the server with an error: its status, and what its address ends with or fits. It may come more than once. */
export type Announce = (status: number, address: string | RegExp) => void

/** What the server refused in these browsers, held against what was announced. */
export function refusals() {
  const announced: { status: number; address: string | RegExp }[] = []
  const came: { status: number; method: string; address: string }[] = []
  const listen = (context: BrowserContext) => void context.on('response', (answer: Response) => {
    const { pathname, search } = new URL(answer.url())
    if (answer.status() >= 400) came.push({ status: answer.status(), method: answer.request().method(), address: pathname + search })
  })
  const fits = (each: (typeof announced)[number], answer: (typeof came)[number]) =>
    each.status === answer.status && (typeof each.address === 'string' ? answer.address.split('?')[0]?.endsWith(each.address) : each.address.test(answer.address))
  const words = ({ status, method, address }: (typeof came)[number]) => `${status} ${method} ${address}`
  return {
    listen,
    announce: ((status, address) => void announced.push({ status, address })) satisfies Announce,
    unannounced: () => came.filter((answer) => !announced.some((each) => fits(each, answer))).map(words),
    missing: () => announced.filter((each) => !came.some((answer) => fits(each, answer))).map((each) => `${each.status} ${each.address.toString()}`),
  }
}
