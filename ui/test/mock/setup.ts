import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, vi } from 'vitest'
import { server } from './server'

/** What a document without a screen lacks: sizes, scrolling, media. */
const SCREEN = { width: 1440, height: 720 }
vi.stubGlobal('matchMedia', (query: string) => ({ matches: matches(query), media: query, addEventListener: () => {}, removeEventListener: () => {} }))
vi.stubGlobal('ResizeObserver', class {
  observe() {}
  unobserve() {}
  disconnect() {}
})
// A busy machine answers late; what is wrong stays wrong.
configure({ asyncUtilTimeout: 15_000 })

let phone = false
/** Before what is shown is imported: media are read when a module is. */
export const onPhone = () => (phone = true)
const matches = (query: string) => query.includes('max-width') && phone
for (const [name, size] of [['clientWidth', SCREEN.width], ['clientHeight', SCREEN.height]] as const) {
  Object.defineProperty(Element.prototype, name, { configurable: true, get: () => size })
}
// As high as what it says of itself: the list's own height is written into its style.
Object.defineProperty(Element.prototype, 'scrollHeight', {
  configurable: true,
  get(this: Element) { return Math.max(0, ...[...this.children].map((child) => (child instanceof HTMLElement && Number.parseFloat(child.style.height)) || 0)) },
})
vi.stubGlobal('scrollTo', () => {})
Element.prototype.scrollIntoView = () => {}
Element.prototype.scrollTo = function (this: Element, to?: ScrollToOptions | number) {
  this.scrollTop = typeof to === 'object' ? (to.top ?? 0) : 0
  this.dispatchEvent(new Event('scroll'))
} as typeof Element.prototype.scrollTo
Element.prototype.scrollBy = function (this: Element, by?: ScrollToOptions | number) {
  this.scrollTo({ top: this.scrollTop + (typeof by === 'object' ? (by.top ?? 0) : 0) })
} as typeof Element.prototype.scrollBy

// At once: the client takes the `fetch` that is there when it is imported.
server.listen({ onUnhandledRequest: 'error' })
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())
