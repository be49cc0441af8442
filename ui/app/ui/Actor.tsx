import { Text } from './Text'

const TOKEN = /^token:(.+) \(([0-9a-f-]{36})\)$/s

/** Who acted, by name: the id behind a token's name is there on hover, and whole in the record's own view. */
export function Actor({ children }: { children: string }) {
  const [, name, id] = TOKEN.exec(children) ?? []
  return name && id ? <span className="inline-flex min-w-0 max-w-full items-baseline gap-1.5" title={`API token ${id}`}><Text className="min-w-0">{name}</Text><span className="shrink-0 text-xs text-meta">token {id.slice(-4)}</span></span> : <Text className="max-w-full">{children}</Text>
}
