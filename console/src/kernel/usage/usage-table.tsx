import { KeyRound, UserRound } from "lucide-react"
import type { Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { type Column, DataTable } from "@/ui/data-table"
import { count } from "@/ui/format"
import { Tabs } from "@/ui/tabs"
import { bytes, inOrder, isSource, labelOf, meanMilliseconds, milliseconds, type Row, type View } from "./figures"

const LABELS: Record<View, string> = { day: "By day", caller: "By caller", area: "By area" }
const HEADS: Record<View, string> = { day: "Day", caller: "Caller", area: "Area" }

/** The same figures as rows, by what one chooses. */
export function UsageTable({
  view,
  report,
  busy,
  chosen,
  onView,
  onCaller,
}: {
  view: View
  report: Schema["UsageReport"] | undefined
  busy: boolean
  chosen: string | undefined
  onView: (view: View) => void
  onCaller: (key: string) => void
}) {
  const rows = report?.items.filter(({ key }) => !isSource(key))
  const sources = report?.items.filter(({ key }) => isSource(key)) ?? []
  const most = Math.max(1, ...(rows ?? []).map(({ requests }) => requests))
  const columns: Column<Row>[] = [
    {
      id: "key",
      header: HEADS[view],
      cell: (row) =>
        view === "caller" ? (
          <button
            type="button"
            aria-pressed={row.key === chosen}
            className="inline-flex max-w-full items-center gap-1.5 font-medium hover:underline"
            onClick={() => onCaller(row.key)}
          >
            {row.key.startsWith("key:") ? (
              <KeyRound aria-hidden className="size-3.5 shrink-0 text-ink-3" />
            ) : (
              <UserRound aria-hidden className="size-3.5 shrink-0 text-ink-3" />
            )}
            <span className="truncate">{labelOf(view, row)}</span>
            <span className="sr-only">: show this caller alone</span>
          </button>
        ) : (
          <span className={view === "day" ? "num" : "font-medium"}>{labelOf(view, row)}</span>
        ),
    },
    {
      id: "requests",
      header: "Requests",
      align: "right",
      cell: (row) => (
        <span className="num inline-flex items-center justify-end gap-2">
          <span aria-hidden className="hidden h-1.5 w-20 overflow-hidden rounded-full bg-sunken md:block">
            <span
              className="ml-auto block h-full rounded-full bg-accent"
              style={{ width: `${(row.requests / most) * 100}%` }}
            />
          </span>
          <span className="min-w-12">{count(row.requests)}</span>
        </span>
      ),
    },
    { id: "errors", header: "Failed", align: "right", cell: (row) => <span className="num">{count(row.errors)}</span> },
    {
      id: "decisions",
      header: "Decisions",
      align: "right",
      cell: (row) => <span className="num">{count(row.decisions)}</span>,
    },
    {
      id: "in",
      header: "Received",
      align: "right",
      wide: true,
      cell: (row) => <span className="num">{bytes(row.bytes_in)}</span>,
    },
    {
      id: "out",
      header: "Sent",
      align: "right",
      wide: true,
      cell: (row) => <span className="num">{bytes(row.bytes_out)}</span>,
    },
    {
      id: "time",
      header: "Mean time",
      align: "right",
      wide: true,
      cell: (row) => <span className="num">{milliseconds(meanMilliseconds(row))}</span>,
    },
  ]
  return (
    <>
      <Tabs
        label="Usage by"
        value={view}
        onChange={onView}
        tabs={(Object.keys(LABELS) as View[]).map((value) => ({
          value,
          label: LABELS[value],
          content: () => (
            <DataTable
              label={`Usage ${LABELS[value].toLowerCase()}`}
              columns={columns}
              rows={rows && inOrder(view, rows)}
              rowId={({ key }) => key}
              busy={busy}
              empty={<p className="p-6 text-center text-ink-3">Nothing was used in this time.</p>}
            />
          ),
        }))}
      />
      {view === "caller" && sources.length > 0 && (
        <Card title="Decisions by who proposed them">
          <p className="-mt-2 mb-3 text-xs text-ink-3">
            Whatever way they came, those of the autonomous business too; therefore not in the totals above.
          </p>
          <dl className="grid gap-x-8 gap-y-2 text-[13px] sm:grid-cols-3">
            {sources.map((row) => (
              <div key={row.key} className="flex items-baseline justify-between gap-3 border-b pb-1.5">
                <dt>{labelOf(view, row)}</dt>
                <dd className="num font-medium">{count(row.decisions)}</dd>
              </div>
            ))}
          </dl>
        </Card>
      )}
    </>
  )
}
