import { useMutation, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CircleSlash, Clock, Hourglass, Lock, Undo2 } from "lucide-react"
import { query } from "@/api/client"
import { useMe, useStatus } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, plain, words } from "@/ui/format"
import { When } from "@/ui/when"
import { type Answering, doneWord } from "./answering"
import { useSecondsUntil } from "./countdown"
import type { Approval } from "./queries"

const RANK = { operator: 0, manager: 1, owner: 2 } as const
const MAY = {
  operator: "an operator, manager or owner",
  manager: "a manager or the owner",
  owner: "the owner",
} as const
const rank = (tier: string | null | undefined) => (tier && tier in RANK ? RANK[tier as keyof typeof RANK] : -1)

/** Whether the signed-in person's tier reaches a case's. */
export const reaches = (mine: string | null | undefined, tier: Approval["tier"]) => rank(mine) >= RANK[tier]

/** Why one may not answer this case, and who may. */
export function NotYours({ row }: { row: Approval }) {
  const me = useMe()
  return (
    <Notice icon={<Lock aria-hidden />}>
      {me?.tier
        ? `This case is reserved to ${MAY[row.tier]}. You can read it, and ask one of them to answer.`
        : `Your role answers no cases. Ask ${MAY[row.tier]}.`}
    </Notice>
  )
}

/** An answer that is about to be carried out, with the way back. */
export function Held({ row, answering }: { row: Approval; answering: Answering }) {
  const me = useMe()
  const status = useStatus()
  const held = row.held
  const left = useSecondsUntil(held ? Date.parse(held.until) : 0)
  const back = useMutation({ mutationFn: () => answering.release(row.id) })
  if (!held) return null
  const mine = held.by === me?.label
  const may = mine || rank(me?.tier) > RANK.operator
  const stopped = status !== undefined && status.switch.state !== "running"
  return (
    <Notice tone="warn" icon={<Hourglass aria-hidden />}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-medium">
            {doneWord(held.answer)} by {mine ? "you" : actor(held.by)}
            {": "}
            {left > 0 ? (
              <span className="num">carried out in {left} s</span>
            ) : stopped ? (
              "waits until the business runs again"
            ) : (
              "being carried out"
            )}
          </p>
          <p className="break-words">
            <q>{held.reason}</q>
          </p>
        </div>
        {may && (
          <Button aria-keyshortcuts={mine ? "z" : undefined} busy={back.isPending} onClick={() => back.mutate()}>
            <Undo2 aria-hidden /> Take back
          </Button>
        )}
      </div>
    </Notice>
  )
}

/** How a case ended that is no longer open. */
export function Closed({ row }: { row: Approval }) {
  const amended = Object.entries(row.amended ?? {})
  return (
    <Notice icon={row.state === "answered" ? <Clock aria-hidden /> : <CircleSlash aria-hidden />}>
      <p className="font-medium">
        {row.state === "answered" ? (
          <>
            {row.answer ? doneWord(row.answer) : "Answered"}
            {row.answered_by && ` by ${actor(row.answered_by)}`}
            {row.answered_at && (
              <>
                , <When at={row.answered_at} className="text-info" />
              </>
            )}
          </>
        ) : row.state === "expired" ? (
          "Nobody answered in time."
        ) : row.state === "stale" ? (
          "The case or the policy changed while it waited, so it was decided anew."
        ) : (
          "This question was withdrawn: the case went on without it."
        )}
      </p>
      {row.answer_reason && row.state === "answered" && (
        <p className="break-words">
          <q>{row.answer_reason}</q>
        </p>
      )}
      {amended.length > 0 && (
        <p>Changed: {amended.map(([name, value]) => `${words(name).toLowerCase()} to ${plain(value)}`).join(", ")}</p>
      )}
      {row.state === "stale" && <DecidedAnew row={row} />}
      {row.answer_decision_id && (
        <Link
          to="/decisions/$decisionId"
          params={{ decisionId: row.answer_decision_id }}
          className="font-medium underline"
        >
          Open the decision that followed
        </Link>
      )}
    </Notice>
  )
}

/** The way to the decision that overtook a case: the newest about the same subject. */
function DecidedAnew({ row }: { row: Approval }) {
  const newest = useQuery(
    query.queryOptions("get", "/api/v1/decisions", {
      params: { query: { subject_id: row.subject_id, sort: "-decided_at", limit: 1 } },
    }),
  ).data?.items[0]
  if (!newest || newest.id === row.decision_id) return null
  return (
    <Link to="/decisions/$decisionId" params={{ decisionId: newest.id }} className="font-medium underline">
      Open the new decision
    </Link>
  )
}
