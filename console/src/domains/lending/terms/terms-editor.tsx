import { getRouteApi } from "@tanstack/react-router"
import { ChevronRight, CircleAlert, HandCoins, Plus, Trash2 } from "lucide-react"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Confirm } from "@/ui/dialog"
import { type Finding, FindingsPanel } from "@/ui/findings-panel"
import { Empty } from "@/ui/states"
import { useProductCheck } from "../product-check"
import type { ProductDraftHandle } from "../product-draft"
import { ProductDraftBar } from "../product-draft-bar"
import type { Product } from "../queries"
import { type CreditTerms, startTerms, TERMS } from "./document"
import { GROUPS, type Group, groupOf, loose, placeWithin, sentenceOf, type TermsEditing } from "./editing"
import { FeesGroup } from "./fees-group"
import { ArrearsGroup, OfferGroup, TranchesGroup } from "./offer-groups"
import { PaymentsGroup } from "./payments-group"
import { RateGroup } from "./rate-group"
import { AmountsGroup, GraceGroup, ScheduleGroup } from "./schedule-groups"
import { summaryOf } from "./summaries"
import { TermsPreview } from "./terms-preview"

const route = getRouteApi("/products/$key")
const SHOWN: Record<Group, [title: string, part: (props: { editing: TermsEditing }) => ReactNode]> = {
  amounts: ["Amounts and terms", AmountsGroup],
  rate: ["Rate", RateGroup],
  schedule: ["Schedule", ScheduleGroup],
  grace: ["Grace, balloon and down payment", GraceGroup],
  fees: ["Fees and penalties", FeesGroup],
  payments: ["Payments", PaymentsGroup],
  arrears: ["Arrears and provisions", ArrearsGroup],
  offer: ["Offer and conditions", OfferGroup],
  tranches: ["Tranches", TranchesGroup],
}
const OPEN_AT_FIRST: readonly Group[] = ["amounts", "rate", "schedule"]

/** On what terms a product lends, with a loan on these terms beside it; and how it is published. */
export function TermsEditor({
  latest,
  handle,
  mayChange,
}: {
  latest: Product | null
  handle: ProductDraftHandle
  mayChange: boolean
}) {
  const { draft, change } = handle
  const { currency } = draft.document
  const terms = draft.document.credit_terms ?? null
  const navigate = route.useNavigate()
  const check = useProductCheck(draft, mayChange)
  const [removing, setRemoving] = useState(false)
  const setTerms = (next: CreditTerms | null) => change((now) => ({ ...now, credit_terms: next }))
  return (
    <div className="flex flex-col gap-4">
      {mayChange && <ProductDraftBar latest={latest} handle={handle} check={check} />}
      {terms === null ? (
        <div className="card">
          <Empty
            icon={<HandCoins />}
            title="No terms yet"
            action={
              mayChange && (
                <Button variant="solid" onClick={() => setTerms(startTerms(draft.document))}>
                  <Plus /> Set terms
                </Button>
              )
            }
          >
            An approval pays the amount out, and what follows is kept elsewhere. With terms, a product makes offers and
            its loans have a schedule, books and letters here.
          </Empty>
        </div>
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(22rem,28rem)] 2xl:grid-cols-[minmax(0,1fr)_32rem]">
          <Groups
            terms={terms}
            currency={currency}
            findings={check.findings}
            disabled={!mayChange}
            set={(part) => change((now) => ({ ...now, credit_terms: { ...(now.credit_terms ?? terms), ...part } }))}
            footer={
              mayChange && (
                <Button variant="ghost" className="self-start" onClick={() => setRemoving(true)}>
                  <Trash2 /> Take the terms away
                </Button>
              )
            }
          />
          <div className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-18 lg:max-h-[calc(100dvh-5.5rem)] lg:overflow-y-auto">
            {mayChange && (check.findings.length > 0 || check.failed) && (
              <FindingsPanel
                findings={check.findings}
                publishable={check.publishable}
                busy={!check.current}
                failed={check.failed}
                whereabouts={({ path }) => {
                  const place = placeWithin(path)
                  return place === null ? "form" : place === "" ? "terms" : SHOWN[groupOf(place)][0].toLowerCase()
                }}
                onOpen={({ path }) =>
                  void navigate({
                    search: (now) => ({ ...now, tab: path.startsWith(TERMS) ? "terms" : "form", field: path }),
                    replace: path.startsWith(TERMS),
                    resetScroll: false,
                  })
                }
              />
            )}
            <TermsPreview terms={terms} currency={currency} lossShare={draft.document.pricing.loss_share} />
          </div>
        </div>
      )}
      <Confirm
        open={removing}
        onClose={() => setRemoving(false)}
        title="Take the terms away?"
        confirm="Take away"
        danger
        onConfirm={async () => setTerms(null)}
      >
        Approvals then pay out at once, and no loan is kept. Loans that were booked keep theirs. Nothing holds before it
        is published.
      </Confirm>
    </div>
  )
}

function Groups({
  terms,
  currency,
  findings,
  disabled,
  set,
  footer,
}: {
  terms: CreditTerms
  currency: string
  findings: Finding[]
  disabled: boolean
  set: (part: Partial<CreditTerms>) => void
  footer: ReactNode
}) {
  const { field } = route.useSearch()
  const [open, setOpen] = useState<ReadonlySet<Group>>(new Set(OPEN_AT_FIRST))
  const list = useRef<HTMLDivElement>(null)
  const asked = field === undefined ? null : placeWithin(field)
  // Where a finding led: its group unfolds, and once it stands there its control takes the focus.
  const [sought, setSought] = useState<string | null>(null)
  const [led, setLed] = useState<string | null>(null)
  if (asked !== led) {
    setLed(asked)
    setSought(asked)
    if (asked !== null) setOpen((now) => new Set([...now, groupOf(asked)]))
  }
  useEffect(() => {
    if (sought === null) return
    const group = list.current?.querySelector<HTMLElement>(`[data-group="${groupOf(sought)}"]`)
    const wanted = group?.querySelector<HTMLElement>(`[data-path="${CSS.escape(sought)}"]`)
    ;(wanted ?? group)?.scrollIntoView({ block: "center" })
    wanted?.focus({ preventScroll: true })
    setSought(null)
  }, [sought])
  const editing: TermsEditing = {
    terms,
    currency,
    set,
    fault: (path) => {
      const found = findings.find((each) => placeWithin(each.path) === path && each.severity === "error")
      return found ? sentenceOf(found) : null
    },
  }
  return (
    <div ref={list} className="flex min-w-0 flex-col gap-3">
      {GROUPS.map((group) => {
        const [title, Part] = SHOWN[group]
        const shown = open.has(group)
        const errors = findings.filter(({ path, severity }) => {
          const place = placeWithin(path)
          return severity === "error" && place !== null && groupOf(place) === group
        })
        return (
          <section key={group} data-group={group} className="card">
            <h2>
              <button
                type="button"
                aria-expanded={shown}
                className="flex w-full items-center gap-2 rounded-control px-4 py-3 text-left text-[13px]"
                onClick={() =>
                  setOpen(
                    (now) => new Set(now.has(group) ? [...now].filter((each) => each !== group) : [...now, group]),
                  )
                }
              >
                <ChevronRight
                  aria-hidden
                  className={cn("size-4 shrink-0 text-ink-3 transition-transform", shown && "rotate-90")}
                />
                <span className="font-semibold whitespace-nowrap">{title}</span>
                {errors.length > 0 && (
                  <CircleAlert aria-label="has an error" className="size-4 shrink-0 text-decline" />
                )}
                {!shown && (
                  <span className="ml-auto min-w-0 truncate pl-3 text-ink-3">{summaryOf(group, terms, currency)}</span>
                )}
              </button>
            </h2>
            {shown && (
              <div className="px-4 pt-1 pb-4">
                {loose(terms, errors, group).map((finding) => (
                  <p key={finding.path + finding.message} role="alert" className="mb-2 text-xs text-decline">
                    {sentenceOf(finding)}
                  </p>
                ))}
                <fieldset disabled={disabled} className="min-w-0">
                  <legend className="sr-only">{title}</legend>
                  <Part editing={editing} />
                </fieldset>
              </div>
            )}
          </section>
        )
      })}
      {footer}
    </div>
  )
}
