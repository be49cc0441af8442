import { readFileSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test'
import { refusals, type Announce } from './answers'
import { apiOf, signInLink, type Api } from './server'
import { WORLD, type World } from './setup'

export const world = (): World => JSON.parse(readFileSync(WORLD, 'utf8'))
/** The API of this run's server, as its administrator. */
export const api: Api = (...call) => apiOf(world().url, world().data)(...call)
export const newLink = () => signInLink(world().data)

/** `page.goto('/fleet')` goes to the server of this run; what the browser complains of fails the test. */
export const test = base.extend<{ complaints: string[]; expectAnswer: Announce }>({
  baseURL: async ({}, use) => use(world().url),
  /** A test that provokes complaints takes those out that it expects. */
  complaints: async ({}, use) => use([]),
  /** The server answers with an error only where the test says so; every browser of the test is listened to. */
  expectAnswer: [async ({ context, browser }, use) => {
    const { announce, listen, unannounced, missing } = refusals()
    listen(context)
    const more = (each: BrowserContext) => listen(each)
    browser.on('context', more)
    await use(announce)
    browser.off('context', more)
    expect(unannounced(), 'the server answered with an error that the test did not announce').toEqual([])
    expect(missing(), 'announced, and never answered').toEqual([])
  }, { auto: true }],
  page: async ({ page, complaints }, use) => {
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [45]\d\d/.test(message.text())) complaints.push(message.text())
    })
    await use(page)
    expect(complaints, 'the browser complained').toEqual([])
  },
})

export { expect }

/** What a grid says of its rows: the header is one of them. */
export const rowCount = (rows: number | string | null) => String(Number(rows) + 1)

/** axe with contrast, in both themes. */
export async function expectAccessible(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze()
    const found = violations.flatMap((each) => each.nodes.map((node) => `${colorScheme} ${each.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
    expect(found).toEqual([])
  }
}

/** Usable at 360 px: nothing is wider than the screen. */
export async function expectFitsPhone(page: Page) {
  await page.setViewportSize({ width: 360, height: 740 })
  await expectFits(page)
}

/** Neither the document nor the page in it scrolls sideways, and what stands out of the screen lies in a part that scrolls by itself. */
export async function expectFits(page: Page) {
  await expect.poll(() => page.evaluate(standingOut)).toEqual([])
}

function standingOut(): string[] {
  const wide = [document.documentElement, ...document.querySelectorAll('main')].filter((each) => each.scrollWidth > each.clientWidth)
  const scrolls = (element: Element): boolean => {
    for (let above = element.parentElement; above && above.tagName !== 'MAIN'; above = above.parentElement) {
      if (getComputedStyle(above).overflowX !== 'visible') return true
    }
    return false
  }
  const out = [...document.querySelectorAll('main *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element))
  return [...wide, ...out].map((each) => `${each.tagName.toLowerCase()} ${each.className} ${each.textContent?.slice(0, 40) ?? ''}`)
}

/** What a strict content security policy refuses; only the program itself sends one. */
export async function strictPolicy(page: Page) {
  await page.route('**/*', async (route) => {
    if (route.request().resourceType() !== 'document') return route.fallback()
    const response = await route.fetch()
    const headers = { ...response.headers(), 'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'" }
    await route.fulfill({ response, headers })
  })
}
