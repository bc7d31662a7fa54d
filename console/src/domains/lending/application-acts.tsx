import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Ban, RefreshCw } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { toast, toastError } from "@/ui/toast"
import { type Application, aboutApplications } from "./queries"
import { isOpen, isWithdrawable, stateLabel } from "./states"

/** What may be done with an application now: decide it anew, or take it back on the applicant's word. */
export function ApplicationActs({ application }: { application: Application }) {
  const client = useQueryClient()
  const can = useCan()
  const [withdrawing, setWithdrawing] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  const path = { application_id: application.id }
  const refresh = () => client.invalidateQueries({ predicate: aboutApplications })
  const again = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST("/api/v1/lending/applications/{application_id}/decide", {
        params: { path, header: once() },
      })
      return data!
    },
    onSuccess: (decided) =>
      toast(`Decided anew: ${stateLabel(decided.state).toLowerCase()}`, { detail: decided.summary }),
    onError: (error) => toastError(error),
    onSettled: refresh,
  })
  const asked = application.approval?.state === "open"
  return (
    <>
      {isOpen(application.state) &&
        can("kernel:decision:create") &&
        (asked ? (
          <Tip label="People are asked about it: answer the approval, or wait for its deadline.">
            <Button aria-disabled className="opacity-50" aria-label="Decide again. People are asked about it.">
              <RefreshCw /> Decide again
            </Button>
          </Tip>
        ) : (
          <Button onClick={() => again.mutate()} busy={again.isPending}>
            <RefreshCw /> Decide again
          </Button>
        ))}
      {isWithdrawable(application.state) && can("lending:application:create") && (
        <Button onClick={() => setWithdrawing(true)}>
          <Ban /> Withdraw
        </Button>
      )}
      <Confirm
        open={withdrawing}
        onClose={() => setWithdrawing(false)}
        title="Withdraw this application?"
        confirm="Withdraw"
        danger
        reason
        onConfirm={async (reason) => {
          await api.POST("/api/v1/lending/applications/{application_id}/withdraw", {
            params: { path, header: once(key) },
            body: { reason },
          })
          toast("Application withdrawn")
          await refresh()
        }}
      >
        {application.reference} is taken back on the applicant's word, and a question about it is closed. This cannot be
        taken back.
      </Confirm>
    </>
  )
}
