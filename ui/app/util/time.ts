const UNITS: [Intl.RelativeTimeFormatUnit, number, string][] = [
  ['year', 365 * 86400, 'y'], ['month', 30 * 86400, 'mo'], ['day', 86400, 'd'], ['hour', 3600, 'h'], ['minute', 60, 'min'],
]

/** `3 h ago`, `in 2 d`, `just now`. */
export function relative(moment: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - moment.getTime()) / 1000)
  const text = span(Math.abs(seconds))
  if (!text) return 'just now'
  return seconds < 0 ? `in ${text}` : `${text} ago`
}

/** `3 h`; empty below a minute. */
export function span(seconds: number): string {
  for (const [, size, short] of UNITS) if (seconds >= size) return `${Math.floor(seconds / size)} ${short}`
  return ''
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** `2026-11-22 02:13:05 Europe/Berlin (UTC+1)`: the zone is always said. */
export function absolute(moment: Date): string {
  const part = (value: number) => String(value).padStart(2, '0')
  const date = `${moment.getFullYear()}-${part(moment.getMonth() + 1)}-${part(moment.getDate())}`
  const time = `${part(moment.getHours())}:${part(moment.getMinutes())}:${part(moment.getSeconds())}`
  return `${date} ${time} ${offset(moment)}`
}

function offset(moment: Date): string {
  const minutes = -moment.getTimezoneOffset()
  if (minutes === 0) return zone === 'UTC' ? 'UTC' : `${zone} (UTC)`
  const hours = minutes / 60
  return `${zone} (UTC${hours > 0 ? '+' : '−'}${Math.abs(hours)})`
}

/** `2026-11-01` or `2026-11-01 14:30`, of the past, in the zone of this browser. */
export function momentIn(text: string, now: Date): Date | undefined {
  const [, date, time = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?$/.exec(text.trim()) ?? []
  const moment = new Date(`${date}T${time}`)
  // The browser takes the 30th of February for a day in March.
  return Number.isNaN(moment.getTime()) || moment > now || moment.getDate() !== Number(date?.slice(-2)) ? undefined : moment
}
