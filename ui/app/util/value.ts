/** Any value of a document as a line of text: a list of words is read, and not decoded. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string' || typeof each === 'number')) return value.join(', ')
  return JSON.stringify(value)
}
