import { CircleAlert, Lock, RefreshCw, ServerOff } from "lucide-react"
import type { ReactNode } from "react"
import { asApiError } from "@/api/problem"
import { Skeleton } from "./basics"
import { Button } from "./button"

/** Nothing here: says why, with one action. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      <div
        aria-hidden
        className="mb-1 grid size-11 place-items-center rounded-full bg-sunken text-ink-3 [&_svg]:size-5"
      >
        {icon}
      </div>
      <p className="font-semibold">{title}</p>
      {children && <div className="max-w-sm text-ink-3">{children}</div>}
      {action && <div className="mt-1">{action}</div>}
    </div>
  )
}

/** Something failed: what, and what to do. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asApiError(error)
  const icon = problem.status === 403 ? <Lock /> : problem.status === 0 ? <ServerOff /> : <CircleAlert />
  return (
    <div role="alert">
      <Empty
        icon={icon}
        title={problem.message}
        action={
          retry && (
            <Button onClick={retry}>
              <RefreshCw /> Try again
            </Button>
          )
        }
      >
        {problem.remedy}
        {problem.requestId && problem.status >= 500 && (
          <span className="mono mt-1 block text-2xs">Request {problem.requestId}</span>
        )}
      </Empty>
    </div>
  )
}

/** Grey lines in the place of what is being fetched. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-2.5 p-3">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <Skeleton key={row} className="h-6" />
      ))}
    </div>
  )
}

/** What a query shows: waiting, failed, or its data. Data that is there stays while a refetch fails. */
export function Fetched<T>({
  query,
  children,
  rows,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  children: (data: T) => ReactNode
  rows?: number
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />
  return <Loading rows={rows} />
}
