/** The end of a filter text, as far as suggestions are concerned. */
export interface Token { head: string; key?: string; typed: string; negated: boolean }

/** `-site:ams1,fr` → the key `site`, of which `fr` is typed. Blanks inside quotes do not split. */
export function tokenAt(text: string): Token {
  let start = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted
    else if (/\s/.test(text[i] ?? '') && !quoted) start = i + 1
  }
  const word = text.slice(start)
  const negated = word.startsWith('-')
  const colon = word.indexOf(':')
  if (colon < 0) return { head: text.slice(0, start) + (negated ? '-' : ''), key: undefined, typed: negated ? word.slice(1) : word, negated }
  const from = Math.max(colon, word.lastIndexOf(',')) + 1
  return { head: text.slice(0, start + from), key: word.slice(negated ? 1 : 0, colon), typed: word.slice(from).replaceAll('"', ''), negated }
}

/** The text with its last term completed; a whole term ends with a blank, so that the next may follow. */
export function complete(text: string, value: string): string {
  const { head, key } = tokenAt(text)
  if (key === undefined) return head + value
  return `${head}${/[\s,]/.test(value) ? `"${value}"` : value} `
}
