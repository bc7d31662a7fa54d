import { Calculator, Ellipsis, HandCoins } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api } from "@/api/client"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { useKeys } from "@/ui/keys"
import { Menu, type MenuItem } from "@/ui/menu"
import { toast } from "@/ui/toast"
import type { Loan } from "../queries"
import { ACTS, type ActKind } from "./kinds"
import { useLoanAct, useOnceKey, useSeenVersion } from "./use-act"

const ActDialog = lazy(() => import("./act-dialog"))
const PayoffDialog = lazy(() => import("./payoff-dialog"))
const RefinanceDialog = lazy(() => import("./refinance-dialog"))

type Open = ActKind | "payoff" | "refinance" | "cancel"

/** Acts of the menu, in groups: what changes the plan, what relieves, what gives up. */
const GROUPS: ActKind[][] = [
  ["charge", "refund", "disbursement"],
  ["waiver", "pause", "rate_change", "restructure"],
  ["charge_off", "write_off"],
]

/** What this person may do about the loan now, as the server says. */
export function LoanActs({ loan }: { loan: Loan }) {
  const [open, setOpen] = useState<Open | null>(null)
  const may = (act: Loan["acts"][number]) => loan.acts.includes(act)
  const close = () => setOpen(null)
  useKeys({ p: () => setOpen("repayment") }, may("repayment"))
  const groups = GROUPS.map((kinds) =>
    kinds
      .filter((kind) => may(kind))
      .map((kind): MenuItem => ({ label: ACTS[kind].label, run: () => setOpen(kind), danger: ACTS[kind].danger })),
  )
  if (may("refinance")) groups[1]!.push({ label: "Refinance…", run: () => setOpen("refinance") })
  if (may("cancel")) groups[2]!.push({ label: "Cancel the loan…", run: () => setOpen("cancel"), danger: true })
  const items = groups
    .filter((group) => group.length > 0)
    .flatMap((group, at): (MenuItem | null)[] => (at > 0 ? [null, ...group] : group))
  const owed = Number(loan.figures.owed) > 0
  return (
    <>
      {items.length > 0 && (
        <Menu
          label="Acts"
          items={items}
          trigger={
            <Button>
              <Ellipsis /> Acts
            </Button>
          }
        />
      )}
      {owed && (
        <Button onClick={() => setOpen("payoff")}>
          <Calculator /> Pay-off quote
        </Button>
      )}
      {may("repayment") && (
        <Button variant="solid" onClick={() => setOpen("repayment")} title="Record payment (p)">
          <HandCoins /> Record payment
        </Button>
      )}
      <Suspense>
        {open === "payoff" ? (
          <PayoffDialog loan={loan} onClose={close} />
        ) : open === "refinance" ? (
          <RefinanceDialog loan={loan} onClose={close} />
        ) : open && open !== "cancel" ? (
          <ActDialog key={open} kind={open} loan={loan} onClose={close} />
        ) : null}
      </Suspense>
      {open === "cancel" && <CancelLoan loan={loan} onClose={close} />}
    </>
  )
}

function CancelLoan({ loan, onClose }: { loan: Loan; onClose: () => void }) {
  const version = useSeenVersion(loan)
  const keyFor = useOnceKey()
  const act = useLoanAct(
    async (reason: string) => {
      const body = { reason, expected_version: version.seen }
      await api.POST("/api/v1/lending/loans/{loan_id}/cancel", {
        params: { path: { loan_id: loan.id }, header: keyFor(body) },
        body,
      })
    },
    () => void toast("Loan cancelled"),
  )
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Cancel ${loan.reference}?`}
      confirm="Cancel the loan"
      danger
      reason
      onConfirm={(reason) => act.mutateAsync(reason)}
    >
      Nothing was paid out, and nothing will be. This cannot be taken back.
    </Confirm>
  )
}
