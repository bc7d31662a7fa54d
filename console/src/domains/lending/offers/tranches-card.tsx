import { useQuery, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { Money } from "@/ui/when"
import { dayText } from "../terms/days"
import { aboutOffers, type Tranche, tranchesQuery } from "./queries"
import { TrancheState } from "./states"

const mayCancel = ({ state }: Tranche) => state === "planned" || state === "asked" || state === "failed"
const mayRetry = ({ state, verdict }: Tranche) =>
  state === "failed" || state === "cancelled" || (state === "planned" && verdict === "refuse")

/** In which parts the loan is paid out, and how far each has got. */
export function TranchesCard({ loanId }: { loanId: string }) {
  const client = useQueryClient()
  const can = useCan()
  const tranches = useQuery(tranchesQuery(loanId))
  const [acting, setActing] = useState<{
    tranche: Tranche
    how: "retry" | "cancel"
    headers: ReturnType<typeof once>
  }>()
  const mayServe = can("lending:loan:service")
  return (
    <Card
      title="Disbursement"
      actions={
        <Link to="/loans/$loanId" params={{ loanId }} className="text-[13px] text-accent hover:underline">
          Open loan
        </Link>
      }
    >
      <Fetched query={tranches} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">Nothing is planned to be paid out.</p>
          ) : (
            <ul aria-label="Tranches" className="divide-y text-[13px]">
              {items.map((tranche) => (
                <li key={tranche.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0">
                  <span className="num text-ink-3">{tranche.number}</span>
                  <Money value={tranche.amount} currency={tranche.currency} className="font-medium" />
                  <span className="text-ink-2">{dayText(tranche.planned_on)}</span>
                  <TrancheState state={tranche.state} />
                  <span className="ml-auto flex gap-2">
                    {tranche.approval_id && (
                      <Button asChild size="sm">
                        <Link to="/approvals" search={{ id: tranche.approval_id }}>
                          Open approval
                        </Link>
                      </Button>
                    )}
                    {mayServe && mayRetry(tranche) && (
                      <Button
                        size="sm"
                        aria-label={`Plan tranche ${tranche.number} again`}
                        onClick={() => setActing({ tranche, how: "retry", headers: once() })}
                      >
                        Plan again
                      </Button>
                    )}
                    {mayServe && mayCancel(tranche) && (
                      <Button
                        size="sm"
                        aria-label={`Cancel tranche ${tranche.number}`}
                        onClick={() => setActing({ tranche, how: "cancel", headers: once() })}
                      >
                        Cancel
                      </Button>
                    )}
                  </span>
                  {tranche.reason && <p className="w-full text-xs break-words text-ink-2">{tranche.reason}</p>}
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
      <Confirm
        open={acting !== undefined}
        onClose={() => setActing(undefined)}
        title={acting?.how === "retry" ? "Plan this tranche again?" : "Cancel this tranche?"}
        confirm={acting?.how === "retry" ? "Plan again" : "Cancel the tranche"}
        danger={acting?.how === "cancel"}
        reason
        onConfirm={async (reason) => {
          if (!acting) return
          const params = { path: { tranche_id: acting.tranche.id }, header: acting.headers }
          if (acting.how === "retry")
            await api.POST("/api/v1/lending/tranches/{tranche_id}/retry", { params, body: { reason } })
          else await api.POST("/api/v1/lending/tranches/{tranche_id}/cancel", { params, body: { reason } })
          toast(acting.how === "retry" ? "Tranche planned again" : "Tranche cancelled")
          await client.invalidateQueries({ predicate: aboutOffers })
        }}
      >
        {acting?.how === "retry"
          ? "It passes the policy anew before it is paid."
          : "It is not paid out; it can be planned again later."}
      </Confirm>
    </Card>
  )
}
