import { type UseQueryResult, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowRight, FileSignature, Inbox, Plus } from "lucide-react"
import { useState } from "react"
import { useCan } from "@/app/session"
import { Card, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, money } from "@/ui/format"
import { Empty, Fetched } from "@/ui/states"
import { Money, When } from "@/ui/when"
import type { Application } from "../queries"
import type { CreditTerms } from "../terms/document"
import { CostFacts, rateText, ScheduleChart, ScheduleTable } from "../terms/schedule-view"
import { AcceptOffer } from "./accept-offer"
import { CloseOffer } from "./close-offer"
import { NewOffer } from "./new-offer"
import { isOpen, type Offer, offerQuery } from "./queries"
import { OfferState } from "./states"

type Dialog = "new" | "accept" | "decline" | "withdraw"

/** What is offered to the borrower, the answer to it, and what was offered before. */
export function OffersCard({
  application,
  terms,
  offers,
}: {
  application: Application
  terms: CreditTerms
  offers: UseQueryResult<{ items: Offer[] }, unknown>
}) {
  const can = useCan()
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const items = offers.data?.items ?? []
  const open = items.find(isOpen)
  const past = items.filter((each) => each !== open)
  const mayServe = can("lending:loan:service")
  const mayOffer = mayServe && application.state === "approved" && offers.data !== undefined && open === undefined
  const asksNew = mayOffer && (
    <Button size="sm" variant={past.length > 0 ? "outline" : "solid"} onClick={() => setDialog("new")}>
      <Plus /> New offer
    </Button>
  )
  return (
    <Card title="Offer" actions={items.length > 0 && asksNew}>
      <Fetched query={offers} rows={3}>
        {() =>
          items.length === 0 ? (
            <Empty icon={<FileSignature />} title="No offer yet" action={asksNew}>
              {application.state === "approved"
                ? "One is made by itself when the business runs; or ask for one on other terms."
                : "An approval leads to one."}
            </Empty>
          ) : (
            <div className="flex flex-col gap-4">
              {open && <OpenOffer offer={open} mayServe={mayServe} onAct={setDialog} />}
              {past.length > 0 && <PastOffers offers={past} />}
            </div>
          )
        }
      </Fetched>
      {dialog === "new" && <NewOffer application={application} before={items[0]} onClose={() => setDialog(null)} />}
      {dialog === "accept" && open && <AcceptOffer offer={open} terms={terms} onClose={() => setDialog(null)} />}
      {(dialog === "decline" || dialog === "withdraw") && open && (
        <CloseOffer offer={open} how={dialog} reference={application.reference} onClose={() => setDialog(null)} />
      )}
    </Card>
  )
}

function OpenOffer({ offer, mayServe, onAct }: { offer: Offer; mayServe: boolean; onAct: (dialog: Dialog) => void }) {
  const [schedule, setSchedule] = useState(false)
  const standing = offer.state === "made" && !offer.is_expired
  const { currency } = offer
  return (
    <section aria-label="Open offer" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <OfferState offer={offer} />
        {standing && offer.expires_at && (
          <span className="text-[13px] text-ink-2">
            valid until <When at={offer.expires_at} className="text-ink-2" />
          </span>
        )}
        {offer.state === "accepted" && offer.answered_at && (
          <span className="text-[13px] text-ink-2">
            <When at={offer.answered_at} className="text-ink-2" />
            {offer.answered_by && ` by ${actor(offer.answered_by)}`}
          </span>
        )}
        <span className="ml-auto flex flex-wrap gap-2">
          {offer.approval_id && (
            <Button asChild size="sm">
              <Link to="/approvals" search={{ id: offer.approval_id }}>
                <Inbox /> Open approval
              </Link>
            </Button>
          )}
          {offer.loan_id && (
            <Button asChild size="sm" variant="solid">
              <Link to="/loans/$loanId" params={{ loanId: offer.loan_id }}>
                Open loan <ArrowRight />
              </Link>
            </Button>
          )}
          {mayServe && (standing || offer.state === "proposed") && (
            <Button size="sm" aria-label="Withdraw the offer" onClick={() => onAct("withdraw")}>
              Withdraw
            </Button>
          )}
          {mayServe && standing && (
            <>
              <Button size="sm" aria-label="Decline the offer" onClick={() => onAct("decline")}>
                Decline
              </Button>
              <Button size="sm" variant="solid" aria-label="Accept the offer" onClick={() => onAct("accept")}>
                Accept
              </Button>
            </>
          )}
        </span>
      </div>
      {offer.rate === null ? (
        <p className="text-[13px] text-ink-2">
          It has no price yet: {offer.approval_id ? "people are asked to name one." : "it waits to be decided."}
          {asked(offer) && ` Asked for: ${asked(offer)}.`}
        </p>
      ) : (
        <Facts
          items={[
            [
              "Amount",
              <span key="amount">
                <Money value={offer.amount} currency={currency} className="font-medium" />
                {offer.term_months !== null && ` over ${offer.term_months} months`}
              </span>,
            ],
            [
              "Instalment",
              <Money key="instalment" value={offer.instalment} currency={currency} className="font-medium" />,
            ],
            ["Nominal rate", <Rate key="rate" offer={offer} />],
            [
              "Annual rate (APR)",
              <span key="apr" className="num">
                {rateText(offer.apr)}
              </span>,
            ],
            ["Risk band", offer.risk_band ?? "–"],
          ]}
        />
      )}
      {offer.rate !== null && (
        <div>
          <Button size="sm" variant="ghost" aria-expanded={schedule} onClick={() => setSchedule(!schedule)}>
            {schedule ? "Hide the schedule" : "Show the schedule"}
          </Button>
          {schedule && <OfferSchedule offerId={offer.id} />}
        </div>
      )}
    </section>
  )
}

/** What somebody asked the offer to be, other than the application says. */
const asked = ({ requested, currency }: Offer) =>
  [
    requested.amount !== null && money(requested.amount, currency),
    requested.term_months !== null && `${requested.term_months} months`,
    requested.rate !== null && rateText(requested.rate),
  ]
    .filter(Boolean)
    .join(", ")

const Rate = ({ offer }: { offer: Offer }) => (
  <span className="num">
    {rateText(offer.rate)}
    {offer.index && ` (${offer.index} ${Number(offer.margin) < 0 ? "−" : "+"} ${Math.abs(Number(offer.margin))})`}
  </span>
)

function OfferSchedule({ offerId }: { offerId: string }) {
  const offer = useQuery(offerQuery(offerId))
  return (
    <Fetched query={offer} rows={5}>
      {({ schedule }) =>
        schedule && (
          <div className="mt-2 flex flex-col gap-3">
            <CostFacts schedule={schedule} />
            <ScheduleChart schedule={schedule} />
            <ScheduleTable schedule={schedule} className="max-h-80" />
          </div>
        )
      }
    </Fetched>
  )
}

const PastOffers = ({ offers }: { offers: Offer[] }) => (
  <ul aria-label="Earlier offers" className="divide-y border-t text-[13px]">
    {offers.map((offer) => (
      <li key={offer.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 last:pb-0">
        <OfferState offer={offer} />
        <Money value={offer.amount} currency={offer.currency} />
        {offer.rate !== null && <span className="num text-ink-2">at {rateText(offer.rate)}</span>}
        <When at={offer.answered_at ?? offer.created_at} className="ml-auto" />
        {offer.reason && <p className="w-full break-words text-ink-2">{offer.reason}</p>}
      </li>
    ))}
  </ul>
)
