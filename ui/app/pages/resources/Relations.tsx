import type { components } from '~/api/generated/schema'
import { EmptyState } from '~/components/States'
import { Link } from '~/ui/Link'
import { Unknown } from '~/ui/State'
import { Text } from '~/ui/Text'
import { path } from '~/util/path-builder'
import { kindWord, relationWord } from './words'

type Relations = components['schemas']['Relations']
type End = components['schemas']['RelationEnd']

const HEAD = 'text-left text-xs text-meta [&_th]:pr-3 [&_th]:pb-1 [&_th]:font-normal'

/** What hangs together with it, as of now: what it points to first. */
export function RelationTable({ relations }: { relations: Relations }) {
  const { to, from } = relations
  if (to.length + from.length === 0) return <EmptyState compact title="Nothing is known to hang together with it">Its connector says so where its platform does.</EmptyState>
  return (
    <table className="num w-full table-fixed" aria-label="Related">
      <thead className={HEAD}><tr><th scope="col" className="w-[32%]">Relation</th><th scope="col">With</th><th scope="col" className="w-36">Kind</th></tr></thead>
      <tbody>
        {to.map((each) => <Line key={`to ${each.relation} ${each.native_id}`} word={relationWord(each.relation)} end={each.target} id={each.native_id} />)}
        {from.map((each) => <Line key={`from ${each.relation} ${each.origin.id}`} word={relationWord(each.relation, true)} end={each.origin} />)}
      </tbody>
    </table>
  )
}

function Line({ word, end, id = '' }: { word: string; end?: End | null; id?: string }) {
  return (
    <tr className="border-t border-line align-top [&>*]:py-1.5 [&>*]:pr-3">
      <th scope="row" className="text-left font-normal text-dim">{word}</th>
      <td className="min-w-0">{end ? <Link to={end.what === 'asset' ? path.asset(end.id) : path.resource(end.id)} className="hover:underline"><Text>{end.name}</Text></Link> : <Text mono>{id}</Text>}</td>
      <td>{end ? kindWord(end.kind) : <Unknown why="Its connector lists nothing of that id" />}</td>
    </tr>
  )
}
