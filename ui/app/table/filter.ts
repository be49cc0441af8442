import { quoted } from '~/util/path-builder'

/** The end of a filter text, as far as suggestions are concerned. */
export interface Token { head: string; key?: string; typed: string; negated: boolean }

/** `-site:ams1,fr` → the key `site`, of which `fr` is typed. Within quotes nothing splits, and a backslash may stand before a quote. */
export function tokenAt(text: string): Token {
  let start = 0
  let colon = -1
  let from = -1
  let isQuoted = false
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] ?? ''
    if (isQuoted && sign === '\\' && /["\\]/.test(text[i + 1] ?? '')) i++
    else if (sign === '"') isQuoted = !isQuoted
    else if (isQuoted) continue
    else if (/\s/.test(sign)) [start, colon, from] = [i + 1, -1, -1]
    else if (sign === ':' && colon < 0) [colon, from] = [i, i + 1]
    else if (sign === ',' && colon >= 0) from = i + 1
  }
  const negated = text[start] === '-'
  const named = start + (negated ? 1 : 0)
  if (colon < 0) return { head: text.slice(0, named), key: undefined, typed: meant(text.slice(named)), negated }
  return { head: text.slice(0, from), key: text.slice(named, colon), typed: meant(text.slice(from)), negated }
}

/** What is written so, without its quotes. */
const meant = (written: string) => written.replace(/\\(["\\])|"/g, (_, kept?: string) => kept ?? '')

/** The text with its last term completed; a whole term ends with a blank, so that the next may follow. */
export function complete(text: string, value: string): string {
  const { head, key } = tokenAt(text)
  return key === undefined ? head + value : `${head}${quoted(value)} `
}
