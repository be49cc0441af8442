/** In the order in which they are told apart: each of the later ones is named by those before it as well. */
const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'], [/\bOPR\/(\d+)/, 'Opera'], [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chrome'], [/\bCriOS\/(\d+)/, 'Chrome'], [/\bVersion\/(\d+).* Safari\//, 'Safari'], [/^curl\/(\d+)/, 'curl'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b/, 'macOS'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux'],
]
const SHOWN_MAX = 40

/** `Firefox 133 on Linux`, as far as a browser's name for itself tells; else the name as it is. */
export function browserOf(userAgent: string | null | undefined): string | undefined {
  if (!userAgent) return undefined
  const [version, name] = BROWSERS.map(([sign, name]) => [sign.exec(userAgent)?.[1], name] as const).find(([version]) => version) ?? []
  const system = SYSTEMS.find(([sign]) => sign.test(userAgent))?.[1]
  if (!name) return userAgent.length > SHOWN_MAX ? `${userAgent.slice(0, SHOWN_MAX)}…` : userAgent
  return `${name} ${version}${system ? ` on ${system}` : ''}`
}
