import { Gavel } from "lucide-react"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { type Column, DataTable, type Selection } from "@/ui/data-table"
import { words } from "@/ui/format"
import { When } from "@/ui/when"
import { Standing } from "./state"

type Candidate = Schema["CandidateView"]

/** Cases that may be a person’s, each with what speaks for it and whether it could go. */
export function Candidates({
  label,
  items,
  selection,
  onHold,
}: {
  label: string
  items: Candidate[]
  selection?: Selection
  onHold?: (candidate: Candidate) => void
}) {
  const [current, setCurrent] = useState<string>()
  const columns: Column<Candidate>[] = [
    {
      id: "case",
      header: "Case",
      cell: (each) => (
        <div className="py-1.5">
          <div className="font-medium">{each.label}</div>
          <div className="text-xs text-ink-3">{each.title}</div>
        </div>
      ),
    },
    {
      id: "words",
      header: selection ? "Found by, and their words in it" : "Their words in it",
      wide: true,
      cell: (each) => (
        <div className="whitespace-normal">
          {selection && <span className="text-xs text-ink-3">{each.matched.map(words).join(", ")}</span>}
          <div className="line-clamp-2 text-xs">{each.words.join(" · ") || "–"}</div>
        </div>
      ),
    },
    {
      id: "ended",
      header: "Ended",
      wide: true,
      cell: (each) => (each.ended_at ? <When at={each.ended_at} /> : "not yet"),
    },
    {
      id: "standing",
      header: "Could it be erased?",
      cell: (each) => (
        <div className="flex max-w-80 min-w-40 flex-col items-start gap-0.5 py-1.5 whitespace-normal">
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <Standing standing={each.standing} />
            {each.until && (
              <span className="text-xs text-ink-3">
                can go <When at={each.until} />
              </span>
            )}
          </span>
          <span className="text-xs text-ink-3">{each.why}</span>
        </div>
      ),
    },
    ...(onHold
      ? [
          {
            id: "hold",
            header: <span className="sr-only">Hold</span>,
            align: "right" as const,
            wide: true,
            cell: (each: Candidate) =>
              each.standing !== "held" && (
                <Button size="sm" aria-label={`Place a legal hold on ${each.label}`} onClick={() => onHold(each)}>
                  <Gavel aria-hidden /> Hold
                </Button>
              ),
          },
        ]
      : []),
  ]
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={items}
      rowId={(each) => each.root}
      current={selection && current}
      onCurrent={selection && ((each) => setCurrent(each.root))}
      selection={selection}
    />
  )
}
