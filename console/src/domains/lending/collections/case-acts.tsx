import { useQuery } from "@tanstack/react-query"
import { Bell, BellOff, ChevronDown, Handshake, HeartHandshake, PhoneCall, ScaleIcon, UserRound } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { useCan, useMe } from "@/app/session"
import { membersQuery } from "@/kernel/approvals/queries"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { Menu, type MenuItem } from "@/ui/menu"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { useLoanAct } from "../loans/acts/use-act"
import type { Case } from "./queries"
import { NextBadge, stepLabel } from "./words"

const ContactDialog = lazy(() => import("./contact-dialog"))
const PromiseDialog = lazy(() => import("./promise-dialog"))
const GrantDialog = lazy(() => import("./grant-dialog"))

type Asked =
  | "contact"
  | "done"
  | "promise"
  | "grant"
  | "cancel-step"
  | "cancel-promise"
  | "hardship"
  | "refuse"
  | "no-contact"
  | "disputed"

/** What a person can do about a case; what their role may not is left out. */
export function CaseActs({ of }: { of: Case }) {
  const can = useCan()
  const [asked, setAsked] = useState<Asked | null>(null)
  const planned = of.steps.find((step) => step.state === "planned")
  const promise = of.promises.find((each) => each.state === "open")
  const mark = useMark(of.loan_id)
  const assignments = useAssignments(of, (assignee) => mark.mutate({ assignee }))
  if (!can("lending:loan:service")) return null
  const relieves = can("lending:loan:relieve")
  const late = of.days_past_due > 0
  const close = () => setAsked(null)
  const ask = (what: Asked) => () => setAsked(what)
  const more: (MenuItem | null)[] = [
    ...(promise ? [{ label: "Cancel the promise", run: ask("cancel-promise") }] : []),
    {
      label: of.marks.no_contact ? "May be contacted again" : "Wants no contact",
      icon: of.marks.no_contact ? <Bell /> : <BellOff />,
      run: ask("no-contact"),
    },
    { label: of.marks.disputed ? "Disputes no more" : "Disputes the debt", icon: <ScaleIcon />, run: ask("disputed") },
    null,
    ...assignments,
  ]
  return (
    <div className="flex flex-col gap-2">
      {planned && (
        <div className="flex flex-wrap items-center justify-between gap-2 rounded-control bg-sunken px-3 py-2">
          <span className="flex items-center gap-2 text-[13px]">
            <NextBadge next="planned">{stepLabel(planned.action)}</NextBadge>
            <When at={planned.planned_for} />
          </span>
          <span className="flex gap-1.5">
            <Button size="sm" variant="solid" onClick={ask("done")}>
              Mark as done
            </Button>
            <Button size="sm" onClick={ask("cancel-step")}>
              Cancel it
            </Button>
          </span>
        </div>
      )}
      <div className="flex flex-wrap gap-1.5">
        {late && (
          <Button size="sm" onClick={ask("contact")}>
            <PhoneCall /> Log a contact
          </Button>
        )}
        {late && !promise && (
          <Button size="sm" onClick={ask("promise")}>
            <Handshake /> Promise
          </Button>
        )}
        {late && of.marks.hardship === null && (
          <Button size="sm" onClick={ask("hardship")}>
            <HeartHandshake /> Asks for relief
          </Button>
        )}
        {of.marks.hardship === "asked" && relieves && (
          <>
            <Button size="sm" variant="solid" onClick={ask("grant")}>
              Grant relief
            </Button>
            <Button size="sm" onClick={ask("refuse")}>
              Refuse
            </Button>
          </>
        )}
        <Menu
          label="More about this case"
          trigger={
            <Button size="sm">
              More <ChevronDown />
            </Button>
          }
          items={more}
        />
      </div>
      <Suspense>
        {asked === "contact" && <ContactDialog of={of} onClose={close} />}
        {asked === "done" && planned && <ContactDialog of={of} step={planned} onClose={close} />}
        {asked === "promise" && <PromiseDialog of={of} onClose={close} />}
        {asked === "grant" && <GrantDialog of={of} onClose={close} />}
      </Suspense>
      <Asking of={of} asked={asked} stepId={planned?.id} promiseId={promise?.id} onClose={close} />
    </div>
  )
}

/** Acts that need nothing but a reason. */
function Asking({
  of,
  asked,
  stepId,
  promiseId,
  onClose,
}: {
  of: Case
  asked: Asked | null
  stepId: string | undefined
  promiseId: string | undefined
  onClose: () => void
}) {
  const path = { loan_id: of.loan_id }
  const act = useLoanAct(
    (run: () => Promise<unknown>) => run(),
    () => undefined,
  )
  const { no_contact, disputed } = of.marks
  const mark = (change: Schema["MarksBody"]) => () =>
    api.POST("/api/v1/lending/collections/loans/{loan_id}/marks", {
      params: { path },
      body: change,
      headers: once(),
    })
  const questions: Partial<Record<Asked, [string, string, string, (reason: string) => () => Promise<unknown>]>> = {
    ...(stepId && {
      "cancel-step": [
        "Cancel this step?",
        "The loan is looked at again after a while, and another step may be proposed.",
        "Cancel the step",
        (reason) => () =>
          api.POST("/api/v1/lending/collections/steps/{step_id}/cancel", {
            params: { path: { step_id: stepId } },
            body: { reason },
            headers: once(),
          }),
      ],
    }),
    ...(promiseId && {
      "cancel-promise": [
        "Cancel the promise?",
        "As if it had not been made: it counts neither as kept nor as broken, and collecting goes on.",
        "Cancel the promise",
        (reason) => () =>
          api.POST("/api/v1/lending/collections/promises/{promise_id}/cancel", {
            params: { path: { promise_id: promiseId } },
            body: { reason },
            headers: once(),
          }),
      ],
    }),
    hardship: [
      `${of.borrower} asks for relief`,
      "Until somebody grants or refuses it, nothing is collected. Say what they told you.",
      "Note the request",
      (reason) => () =>
        api.POST("/api/v1/lending/collections/loans/{loan_id}/hardship", {
          params: { path },
          body: { reason },
          headers: once(),
        }),
    ],
    refuse: [
      "Refuse relief?",
      "Collecting goes on from today.",
      "Refuse",
      (reason) => () =>
        api.POST("/api/v1/lending/collections/loans/{loan_id}/hardship/refuse", {
          params: { path },
          body: { reason },
          headers: once(),
        }),
    ],
    "no-contact": no_contact
      ? [
          "May they be contacted again?",
          "Reminders and calls are proposed again, within the limits.",
          "Allow contact",
          (reason) => mark({ no_contact: false, reason }),
        ]
      : [
          `${of.borrower} wants no contact`,
          "No reminder and no call from now on. A person decides whether a notice is owed nevertheless.",
          "Stop contact",
          (reason) => mark({ no_contact: true, reason }),
        ],
    disputed: disputed
      ? [
          "Is the dispute settled?",
          "Steps are proposed as for any other loan.",
          "Settle",
          (reason) => mark({ disputed: false, reason }),
        ]
      : [
          `${of.borrower} disputes the debt`,
          "From now on a person is asked before every step.",
          "Note the dispute",
          (reason) => mark({ disputed: true, reason }),
        ],
  }
  const question = asked && questions[asked]
  if (!question) return null
  const [title, about, confirm, run] = question
  return (
    <Confirm
      open
      onClose={onClose}
      title={title}
      confirm={confirm}
      reason
      onConfirm={async (reason) => {
        await act.mutateAsync(run(reason))
        toast("Noted")
      }}
    >
      {about}
    </Confirm>
  )
}

function useMark(loanId: string) {
  const mark = useLoanAct(
    (body: Schema["MarksBody"]) =>
      api.POST("/api/v1/lending/collections/loans/{loan_id}/marks", {
        params: { path: { loan_id: loanId } },
        body,
        headers: once(),
      }),
    () => undefined,
  )
  return { mutate: (body: Schema["MarksBody"]) => mark.mutate(body, { onError: (error) => toastError(error) }) }
}

/** To whom the case can be given. */
function useAssignments(of: Case, assign: (userId: string | null) => void): MenuItem[] {
  const me = useMe()
  const can = useCan()
  const members = useQuery({ ...membersQuery, enabled: can("access:user:read") }).data?.items ?? []
  const { assignee } = of.marks
  const others = members.filter(
    (member) => member.id !== me?.id && member.disabled_at === null && member.id !== assignee,
  )
  const icon = <UserRound />
  return [
    ...(me?.kind === "user" && assignee !== me.id ? [{ label: "Assign to me", icon, run: () => assign(me.id) }] : []),
    ...others.map((member) => ({
      label: `Assign to ${member.name || member.email}`,
      icon,
      run: () => assign(member.id),
    })),
    ...(assignee === null ? [] : [{ label: "Assign to nobody", icon, run: () => assign(null) }]),
  ]
}
