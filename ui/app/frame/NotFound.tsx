import { PageHeader } from '~/components/Page'
import { Link, LINK } from '~/ui/Link'
import { path } from '~/util/path-builder'

/** Missing, or not visible with this role: the server does not tell which, and so does this page. */
export function NotFound() {
  return (
    <>
      <PageHeader title="Not found" />
      <p className="text-dim">Nothing is at this address, or your role may not see it. <Link to={path.overview()} className={LINK}>Go to the overview</Link></p>
    </>
  )
}
