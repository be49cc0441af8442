import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useCan } from '~/api/perms'
import { useList, useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Confirm } from '~/components/Confirm'
import { EmptyState } from '~/components/States'
import type { Column } from '~/table/columns'
import { DataTable } from '~/table/DataTable'
import { useTableUrl } from '~/table/url'
import { Button, IconButton } from '~/ui/Button'
import { Sheet } from '~/ui/Dialog'
import { Link, LINK } from '~/ui/Link'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { LinkRuleForm } from './LinkRuleForm'

export type Rule = components['schemas']['LinkRule']
export const RULE_NOUNS = ['link-rules', 'images', 'drift', 'assets', 'overview', 'sites', 'patch']

/** `platform aws or azure · name web-*`. */
export function selectorWords(selector: Rule['selector']): string {
  const { platforms, labels, ...globs } = selector
  const parts = [
    platforms?.length ? `platform ${platforms.join(' or ')}` : '',
    ...Object.entries(globs).map(([key, value]) => (value ? `${key} ${value}` : '')),
    ...Object.entries(labels ?? {}).map(([key, value]) => `label ${key}=${value}`),
  ]
  return parts.filter(Boolean).join(' · ') || 'every asset'
}

const columns = (remove: (rule: Rule) => void, reason?: string): Column<Rule>[] => [
  { id: 'name', header: 'Rule', width: 180, grow: 1, card: 'title', text: (row) => row.name, cell: (row) => <Text>{row.name}</Text> },
  { id: 'selector', header: 'Assets that it is about', width: 260, grow: 2, card: 'line', text: (row) => selectorWords(row.selector), cell: (row) => <Text>{selectorWords(row.selector)}</Text> },
  {
    id: 'image', header: 'Should run', width: 200, grow: 1, card: 'line', text: (row) => [row.family, row.version].filter(Boolean).join(':'),
    cell: (row) => <Link className={LINK} to={row.version ? path.image(row.family, row.version) : path.family(row.family)}><Text>{row.version ? `${row.family}:${row.version}` : `${row.family}, its newest`}</Text></Link>,
  },
  { id: 'position', header: 'Position', width: 84, align: 'right', text: (row) => row.position, cell: (row) => row.position },
  { id: 'remove', header: 'Remove', width: 84, align: 'right', card: 'aside', text: () => '', cell: (row) => <IconButton label={`Remove the rule ${row.name.slice(0, 60)}`} disabledReason={reason} onClick={() => remove(row)}><Trash2 /></IconButton> },
]

export function LinkRules() {
  const may = useCan('image:write')
  const [url, set] = useTableUrl()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Rule>()
  const list = useList('/api/v1/link-rules')
  const add = <Button kind="primary" disabledReason={may.reason} onClick={() => setAdding(true)}>New rule</Button>
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 pb-2">
        <p className="mr-auto max-w-[80ch] text-dim">A rule says which image assets should run where the platform itself does not tell. All rules that fit an asset have to agree.</p>
        {add}
      </div>
      <DataTable<Rule> noun="rule" label="Link rules" columns={columns(setRemoving, may.reason)} query={list} url={{ ...url, q: undefined }} set={set} rowId={(row) => row.id}
        empty={<EmptyState title="No link rule" command={'qlrf image register image.yaml --link-name "$(hostname)"'}>Assets that started from a registered coordinate are linked without one.</EmptyState>} />
      <Sheet open={adding} onOpenChange={setAdding} title="New link rule"><LinkRuleForm done={() => setAdding(false)} /></Sheet>
      {removing && <Removal rule={removing} close={() => setRemoving(undefined)} />}
    </>
  )
}

function Removal({ rule, close }: { rule: Rule; close: () => void }) {
  const remove = useSend('delete', '/api/v1/link-rules/{id}', RULE_NOUNS)
  return (
    <Confirm open onOpenChange={(on) => { if (!on) close() }} title="Remove the rule" action="Remove" danger pending={remove.isPending} error={remove.error}
      onConfirm={() => remove.mutate({ path: { id: rule.id } }, { onSuccess: close })}>
      <p><Text wrap>{rule.name}</Text></p>
      <p className="text-dim">Assets that only this rule links to <Text>{rule.family}</Text> are unmanaged from then on: nothing says what they should run. It can be made again.</p>
    </Confirm>
  )
}
