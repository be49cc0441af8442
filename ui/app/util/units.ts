const whole = new Intl.NumberFormat('en')

/** `10 004`: thin spaces group thousands, in every language the same. */
export const count = (value: number) => whole.format(value).replaceAll(',', '\u202f')

/** `9 104 of 10 004`. */
export const of = (part: number, total: number) => `${count(part)} of ${count(total)}`

/** `51.6 %` of 51.69: cut and not rounded, for 69.97 is not the 70 where another state begins, and 99.97 is not all. */
export function percent(value: number, digits = 1): string {
  const factor = 10 ** digits
  // What is a tenth in decimals is a little less in binary.
  const cut = Math.floor(value * factor + 1e-9) / factor
  return `${cut.toFixed(digits)} %`
}

export const share = (part: number, total: number) => (total > 0 ? (100 * part) / total : undefined)

export const days = (value: number) => `${count(value)} d`

const many = (one: string) => (/[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : `${one}s`)

/** `1 asset`, `2 assets`, `2 families`. */
export const plural = (value: number, one: string, others = many(one)) => `${count(value)} ${value === 1 ? one : others}`

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
export function bytes(value: number): string {
  const step = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), BYTES.length - 1)
  return `${(value / 1024 ** step).toFixed(step ? 1 : 0)} ${BYTES[step]}`
}
