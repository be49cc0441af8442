import { useState, type FormEvent } from 'react'
import { useCan } from '~/api/perms'
import { useApi, useSend } from '~/api/query'
import type { components } from '~/api/generated/schema'
import { Section } from '~/components/Page'
import { ErrorState } from '~/components/States'
import { Button } from '~/ui/Button'
import { Checkbox, Field, Input } from '~/ui/Field'
import { StateBadge } from '~/ui/State'
import { Text } from '~/ui/Text'
import { count, of, plural } from '~/util/units'
import { RULE_NOUNS } from './LinkRules'

type Create = components['schemas']['LinkRuleCreate']
type Preview = components['schemas']['LinkRulePreview']

const PLATFORMS = ['aws', 'azure', 'gcp', 'vsphere', 'kubernetes', 'baremetal']
const GLOBS = [['assetName', 'Name of the asset'], ['account', 'Account'], ['region', 'Region'], ['site', 'Site'], ['env', 'Environment']] as const
const EMPTY = { name: '', family: '', version: '', assetName: '', account: '', region: '', site: '', env: '', labels: '' }
type Fields = typeof EMPTY

/** `a=b, c=d`; a part without a value asks for an empty one. */
const labelsOf = (text: string) =>
  Object.fromEntries(text.split(',').map((part) => part.trim()).filter(Boolean).map((part) => [part.split('=')[0] ?? '', part.split('=').slice(1).join('=')]))

function ruleOf(fields: Fields, platforms: string[]): Create {
  const { name, family, version, labels, assetName, account, region, site, env } = fields
  const glob = (text: string) => text.trim() || null
  const selector = { platforms, labels: labelsOf(labels), name: glob(assetName), account: glob(account), region: glob(region), site: glob(site), env: glob(env) }
  return { name: name.trim(), family: family.trim(), version: version.trim() || null, selector }
}

/** Nothing is saved that was not previewed. */
export function LinkRuleForm({ done }: { done: () => void }) {
  const may = useCan('image:write')
  const [fields, setFields] = useState(EMPTY)
  const [platforms, setPlatforms] = useState<string[]>([])
  const families = useApi('/api/v1/images/families', { query: { limit: 200 } })
  const preview = useSend('post', '/api/v1/link-rules/preview', [])
  const save = useSend('post', '/api/v1/link-rules', RULE_NOUNS)
  const rule = ruleOf(fields, platforms)
  const previewed = JSON.stringify(preview.variables?.body) === JSON.stringify(rule)
  const missing = !rule.name ? 'Name the rule first' : !rule.family ? 'Say which family first' : undefined
  const field = (key: keyof Fields) => ({ id: `rule-${key}`, value: fields[key], autoComplete: 'off', onChange: (event: { target: { value: string } }) => setFields({ ...fields, [key]: event.target.value }) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!missing) preview.mutate({ body: rule })
  }
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <Field id="rule-name" label="Name of the rule" help="Shown as the proof of a link."><Input {...field('name')} maxLength={100} /></Field>
      <div className="grid grid-cols-2 gap-3">
        <Field id="rule-family" label="Should run the family">
          <Input {...field('family')} list="rule-families" />
          <datalist id="rule-families">{families.data?.items.map((each) => <option key={each.family} value={each.family} />)}</datalist>
        </Field>
        <Field id="rule-version" label="Version" help="Empty: its newest."><Input {...field('version')} /></Field>
      </div>
      <fieldset className="grid gap-3">
        <legend className="mb-1 text-xs text-dim">Assets that it is about: all that is given has to fit; * and ? stand for any text</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          {PLATFORMS.map((each) => <Checkbox key={each} label={each} checked={platforms.includes(each)} onChange={(on) => setPlatforms(PLATFORMS.filter((name) => (name === each ? on : platforms.includes(name))))} />)}
        </div>
        <div className="grid grid-cols-2 gap-3">
          {GLOBS.map(([key, label]) => <Field key={key} id={`rule-${key}`} label={label}><Input {...field(key)} /></Field>)}
          <Field id="rule-labels" label="Labels" help="team=web, tier=1"><Input {...field('labels')} /></Field>
        </div>
      </fieldset>
      {(preview.error ?? save.error) && <ErrorState compact error={preview.error ?? save.error} />}
      {preview.data && previewed && <Changes preview={preview.data} />}
      <div className="flex justify-end gap-2">
        <Button type="submit" disabledReason={missing ?? (preview.isPending ? 'Being computed' : undefined)}>Preview</Button>
        <Button kind="primary" disabledReason={may.reason ?? missing ?? (previewed && preview.data ? undefined : 'Preview it first')} onClick={() => save.mutate({ body: rule }, { onSuccess: done })}>Save the rule</Button>
      </div>
    </form>
  )
}

function Changes({ preview }: { preview: Preview }) {
  return (
    <Section title="What it would change" note={`${of(preview.changed, preview.assets)} assets`}>
      <div role="status" className="num grid gap-2">
        <p className="text-dim">It fits {of(preview.fits, preview.assets)} assets; {preview.changed === 0 ? 'no link would be another.' : `${plural(preview.changed, 'asset')} would be linked otherwise.`}</p>
        {preview.fits === 0 && <StateBadge state="warning">it fits nothing that is known now</StateBadge>}
        <ul className="grid gap-2">
          {preview.changes.map((change) => (
            <li key={`${change.from} ${change.to}`} className="border-t border-line pt-1.5">
              <p>{count(change.assets)}: <Text>{change.from ?? 'no image'}</Text> → <strong className="font-semibold"><Text>{change.to ?? 'no image'}</Text></strong></p>
              <p className="text-xs text-meta"><Text wrap>{change.examples.join(', ')}</Text>{change.assets > change.examples.length && ` and ${count(change.assets - change.examples.length)} more`}</p>
            </li>
          ))}
        </ul>
      </div>
    </Section>
  )
}
