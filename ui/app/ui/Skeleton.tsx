import { cx } from '~/util/class'

/** Give it the final size, so that nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-pulse rounded-sm bg-sunken', className)} />
}

export function SkeletonRows({ rows, className = 'h-9' }: { rows: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={cx('flex items-center border-b border-line', className)}><Skeleton className="h-3 w-full max-w-[70%]" /></div>
      ))}
    </div>
  )
}
