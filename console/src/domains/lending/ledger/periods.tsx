import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Lock } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { query } from "@/api/client"
import { useCan } from "@/app/session"
import { Copy } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { actor } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { dayText } from "../terms/days"
import type { Period } from "./queries"
import type { Change, LedgerSearch } from "./search"

const CloseDialog = lazy(() => import("./close-dialog"))
const PAGE_SIZE = 50

/** Closed periods, the last first; a closed period stays closed. */
export function Periods({ search, onChange }: { search: LedgerSearch; onChange: Change }) {
  const can = useCan()
  const [closing, setClosing] = useState(false)
  const periods = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/ledger/periods",
      { params: { query: { after: search.after, limit: PAGE_SIZE } } },
      { placeholderData: keepPreviousData },
    ),
  )
  const close = can("lending:ledger:manage") && (
    <Button variant="solid" onClick={() => setClosing(true)}>
      <Lock /> Close a period
    </Button>
  )
  if (periods.error && !periods.data)
    return (
      <div className="card">
        <Failed error={periods.error} retry={() => void periods.refetch()} />
      </div>
    )
  const items = periods.data?.items
  return (
    <div className="flex flex-col gap-3">
      {items && items.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="text-[13px] text-ink-3">
            What is found out later is booked on the first open day, with the day it concerns.
          </p>
          {close}
        </div>
      )}
      <DataTable
        label="Closed periods"
        columns={COLUMNS}
        rows={items}
        rowId={(row) => row.ends_on}
        busy={periods.isFetching}
        empty={
          <Empty icon={<Lock />} title="No period is closed yet" action={close}>
            Closing keeps the balances with a seal, so that nothing can change them unnoticed.
          </Empty>
        }
        footer={
          items && items.length > 0 ? (
            <Pager
              shown={items.length}
              after={search.after}
              next={periods.data?.next}
              onPage={(after) => onChange({ after })}
            />
          ) : undefined
        }
      />
      <Suspense>{closing && <CloseDialog last={items?.[0]} onClose={() => setClosing(false)} />}</Suspense>
    </div>
  )
}

const SEAL_SHOWN = 12

const COLUMNS: Column<Period>[] = [
  {
    id: "ends",
    header: "Closed to",
    cell: (row) => <span className="num font-medium">{dayText(row.ends_on)}</span>,
  },
  { id: "reason", header: "Reason", cell: (row) => row.reason },
  { id: "by", header: "By", cell: (row) => actor(row.closed_by), wide: true },
  { id: "at", header: "When", cell: (row) => <When at={row.closed_at} />, wide: true },
  {
    id: "accounts",
    header: "Balances",
    align: "right",
    cell: (row) => <span className="num">{row.balances.length}</span>,
    wide: true,
  },
  {
    id: "digest",
    header: "Seal",
    cell: (row) => (
      <Copy text={row.digest} label="Copy the seal">
        {row.digest.slice(0, SEAL_SHOWN)}…
      </Copy>
    ),
    wide: true,
  },
]
