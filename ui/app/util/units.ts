const whole = new Intl.NumberFormat('en')

/** `10 004`: thin spaces group thousands, in every language the same. */
export const count = (value: number) => whole.format(value).replaceAll(',', '\u202f')

/** `9 104 of 10 004`. */
export const of = (part: number, total: number) => `${count(part)} of ${count(total)}`

/** `51.7 %`; never rounds up to a whole it is not. */
export function percent(value: number, digits = 1): string {
  const factor = 10 ** digits
  const cut = value < 100 ? Math.min(Math.round(value * factor), 100 * factor - 1) / factor : 100
  return `${cut.toFixed(digits)} %`
}

export const share = (part: number, total: number) => (total > 0 ? (100 * part) / total : undefined)

export const days = (value: number) => `${count(value)} d`

/** `1 asset`, `2 assets`. */
export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
export function bytes(value: number): string {
  const step = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), BYTES.length - 1)
  return `${(value / 1024 ** step).toFixed(step ? 1 : 0)} ${BYTES[step]}`
}
