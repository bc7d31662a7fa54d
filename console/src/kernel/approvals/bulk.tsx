import { Link } from "@tanstack/react-router"
import { Check, ShieldCheck, X } from "lucide-react"
import { useState } from "react"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { useKeys } from "@/ui/keys"
import { Money } from "@/ui/when"
import type { Answering, Bulk as Result } from "./answering"
import { defaultReason } from "./drafts"
import { type Approval, HOLD_SECONDS } from "./queries"
import { riskWord } from "./risk"

export interface Refusal {
  row: Approval
  detail: string
}

interface Props {
  rows: Approval[]
  selected: Approval[]
  onSelect: (ids: string[]) => void
  answering: Answering
  onRefused: (refusals: Refusal[]) => void
}

/** Choosing many cases, and answering them alike with one reason. What is blind is judged one by one. */
export function Bulk({ rows, selected, onSelect, answering, onRefused }: Props) {
  const [asking, setAsking] = useState<"approve" | "decline" | null>(null)
  const answerable = rows.filter((row) => !row.held && !row.blind)
  const low = answerable.filter((row) => row.risk === "low").map(({ id }) => id)
  const all = answerable.length > 0 && selected.length === answerable.length
  useKeys(
    { a: () => setAsking("approve"), d: () => setAsking("decline"), Escape: () => onSelect([]) },
    selected.length > 0 && asking === null,
  )
  const give = async (reason: string) => {
    if (!asking) return
    const result = await answering.answerMany(selected, asking, reason)
    onSelect([])
    onRefused(refusals(selected, result))
  }
  return (
    <div className="sticky top-0 z-10 flex min-h-11 flex-wrap items-center gap-2 border-b bg-surface px-3 py-1.5 text-xs">
      <input
        type="checkbox"
        aria-label="Select all on this page"
        className="block size-4 accent-accent"
        checked={all}
        disabled={answerable.length === 0}
        onChange={() => onSelect(all ? [] : answerable.map(({ id }) => id))}
      />
      {selected.length === 0 ? (
        <Button size="sm" variant="ghost" disabled={low.length === 0} onClick={() => onSelect(low)}>
          <ShieldCheck aria-hidden /> All low risk on this page ({low.length})
        </Button>
      ) : (
        <>
          <span className="num font-medium">{selected.length} selected</span>
          <span className="ml-auto flex gap-1.5">
            <Button size="sm" variant="approve" onClick={() => setAsking("approve")}>
              <Check aria-hidden /> Approve
            </Button>
            <Button size="sm" variant="decline" onClick={() => setAsking("decline")}>
              <X aria-hidden /> Decline
            </Button>
            <Button
              size="icon"
              variant="ghost"
              className="size-7"
              aria-label="Select none"
              onClick={() => onSelect([])}
            >
              <X aria-hidden />
            </Button>
          </span>
        </>
      )}
      {asking && (
        <Confirm
          open
          reason
          suggestion={defaultReason(asking)}
          title={`${asking === "approve" ? "Approve" : "Decline"} ${selected.length} ${selected.length === 1 ? "case" : "cases"}?`}
          confirm={asking === "approve" ? "Approve them" : "Decline them"}
          danger={asking === "decline"}
          onClose={() => setAsking(null)}
          onConfirm={give}
        >
          <Sum rows={selected} /> They can be taken back for {HOLD_SECONDS} seconds.
        </Confirm>
      )}
    </div>
  )
}

function Sum({ rows }: { rows: Approval[] }) {
  const amount = rows.reduce((sum, row) => sum + Number(row.amount ?? 0), 0)
  const risks = (["low", "medium", "high"] as const)
    .map((risk) => [riskWord(risk).toLowerCase(), rows.filter((row) => row.risk === risk).length] as const)
    .filter(([, n]) => n > 0)
  return (
    <>
      <Money value={amount.toFixed(2)} className="font-medium" /> in all:{" "}
      {risks.map(([word, n]) => `${n} ${word}`).join(", ")}.
    </>
  )
}

const refusals = (rows: Approval[], { items }: Result): Refusal[] =>
  items.flatMap((item) => {
    const row = rows.find((each) => each.id === item.approval_id)
    return item.ok || !row
      ? []
      : [{ row, detail: [item.problem?.detail, item.problem?.remedy].filter(Boolean).join(" ") || "It was not taken." }]
  })

/** Which of many answers were not taken, and why. */
export function Refusals({ refused, onClose }: { refused: Refusal[]; onClose: () => void }) {
  if (refused.length === 0) return null
  return (
    <Notice tone="bad">
      <div className="flex items-start justify-between gap-3">
        <p role="alert" className="font-medium">
          {refused.length === 1 ? "One answer was not taken" : `${refused.length} answers were not taken`}
        </p>
        <Button size="icon" variant="ghost" className="-m-1 size-6" aria-label="Close" onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <ul className="mt-1 flex flex-col gap-0.5">
        {refused.map(({ row, detail }) => (
          <li key={row.id}>
            <Link to="/approvals" search={{ id: row.id }} className="font-medium underline">
              {row.reference ?? row.summary}
            </Link>
            : {detail}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
