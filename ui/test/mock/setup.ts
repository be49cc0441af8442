import { cleanup } from '@testing-library/react'
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
let phone = false
/** Before what is shown is imported: media are read when a module is. */
export const onPhone = () => (phone = true)
const matches = (query: string) => query.includes('max-width') && phone
for (const [name, size] of [['offsetWidth', SCREEN.width], ['offsetHeight', SCREEN.height]] as const) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size })
}
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
