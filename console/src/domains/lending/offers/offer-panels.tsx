import { useQuery } from "@tanstack/react-query"
import { useCan } from "@/app/session"
import type { Application } from "../queries"
import { useApplicationEvents } from "../use-application-events"
import { OffersCard } from "./offers-card"
import { offersQuery, tranchesQuery, versionQuery } from "./queries"
import { TranchesCard } from "./tranches-card"

/** From an approval to money: offers, and how a loan is paid out. Only where the product has credit terms. */
export function OfferPanels({ application }: { application: Application }) {
  const can = useCan()
  const terms = useQuery({
    ...versionQuery(application.product, application.product_version),
    enabled: can("lending:loan:read"),
  }).data?.credit_terms
  const offers = useQuery({ ...offersQuery(application.id), enabled: Boolean(terms) })
  const accepted = offers.data?.items.find((offer) => offer.state === "accepted")
  const loanId = accepted?.loan_id ?? null
  const tranches = useQuery({ ...tranchesQuery(loanId ?? ""), enabled: loanId !== null }).data
  useApplicationEvents(application.id, null, [
    ...(offers.data?.items ?? []).map(({ id }) => id),
    ...(loanId === null ? [] : [loanId]),
    ...(tranches?.items ?? []).map(({ id }) => id),
  ])
  if (!terms) return null
  return (
    <>
      <OffersCard application={application} terms={terms} offers={offers} />
      {loanId !== null && <TranchesCard loanId={loanId} />}
    </>
  )
}
