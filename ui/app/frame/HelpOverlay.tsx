import { useRouterState } from '@tanstack/react-router'
import { PAGES } from '~/pages'
import { Dialog } from '~/ui/Dialog'
import { StateBadge } from '~/ui/State'
import type { State } from '~/util/states'

const KEYS: [string, string][] = [
  ['Ctrl K', 'Find an asset, CVE, image, site or page; or act'], ['?', 'This help'], ['/', 'Filter the list'], ['j  k', 'Next, previous row'], ['x', 'Choose the row'],
  ['Enter', 'Open the row'], ['Space', 'Look into the row without leaving'], ['Esc', 'Close, or choose none'],
]
const SIGNS: [string, string][] = [
  ['9 of 10', 'every number says what it is out of; it opens the list behind it'], ['2 h ago', 'of when it speaks; the zone is on hover'],
]
/** What a page has of its own, by the beginning of its address. */
const HERE: [string, string, [string, string][]][] = [
  ['/images', 'Images', [
    ['Tab', 'Walk the cells of the image × patch matrix; each is explained below it'], ['Enter', 'Open the assets of a cell in Fleet'],
    ['grey', 'A newer version is out'], ['struck out', 'Revoked: nobody should run it'], ['newest', 'What assets of the family should run'],
    ['dashed', 'In the lineage graph: what an image was built from'],
  ]],
  ['/fleet', 'Fleet', [['key:value', 'A term; several have to fit, a comma is or'], ['-key:value', 'Not'], ['key:unknown', 'Not known'], ['word', 'In the name']]],
  ['/organisation', 'Organisation', [['✓', 'The role has the permission'], ['mark', 'It needs the mark of those who run the installation as well'], ['link', 'Signs a member in once, within 15 minutes']]],
]
const STATES: [State, string][] = [
  ['ok', 'as it should be'], ['warning', 'needs a look'], ['critical', 'needs a hand'], ['unknown', 'not known; never counted as good'],
  ['stale', 'known, but old'], ['progress', 'under way'], ['simulated', 'made up by the simulator'],
]

export function HelpOverlay({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const pages = PAGES.flatMap((page): [string, string][] => (page.rail?.keys ? [[page.rail.keys, page.title]] : []))
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const here = HERE.find(([start]) => pathname.startsWith(start))
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys and signs" onlyText>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <div className="grid content-start gap-4">
          <Keys title="Everywhere and in lists" rows={KEYS} />
          <Keys title="Numbers" rows={SIGNS} />
        </div>
        <div className="grid content-start gap-4">
          {here && <Keys title={`On this page: ${here[1]}`} rows={here[2]} />}
          <Keys title="Pages" rows={pages} />
          <section>
            <h3 className="mb-1 text-xs text-meta">States</h3>
            <ul className="grid gap-1">{STATES.map(([state, words]) => <li key={state}><StateBadge state={state}>{state}</StateBadge> <span className="text-dim">{words}</span></li>)}</ul>
          </section>
        </div>
      </div>
    </Dialog>
  )
}

function Keys({ title, rows }: { title: string; rows: [string, string][] }) {
  return (
    <section>
      <h3 className="mb-1 text-xs text-meta">{title}</h3>
      <dl className="grid grid-cols-[5.5rem_1fr] gap-y-1">
        {rows.map(([key, words]) => <div key={key} className="col-span-2 grid grid-cols-subgrid"><dt><kbd className="rounded-sm border border-line bg-sunken px-1 text-xs">{key}</kbd></dt><dd className="text-dim">{words}</dd></div>)}
      </dl>
    </section>
  )
}
