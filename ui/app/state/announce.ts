/** One live region for the whole application; see `components/Announcer.tsx`. */
type Reader = (text: string) => void
let reader: Reader | undefined

export function announce(text: string) {
  reader?.(text)
}
export function onAnnounce(next: Reader | undefined) {
  reader = next
}
