import { query, type Schema } from "@/api/client"

export type Offer = Schema["OfferRow"]
export type Condition = Schema["ConditionView"]
export type Tranche = Schema["TrancheView"]

export const offersQuery = (applicationId: string) =>
  query.queryOptions("get", "/api/v1/lending/applications/{application_id}/offers", {
    params: { path: { application_id: applicationId } },
  })
export const offerQuery = (offerId: string) =>
  query.queryOptions("get", "/api/v1/lending/offers/{offer_id}", { params: { path: { offer_id: offerId } } })
export const conditionsQuery = (applicationId: string) =>
  query.queryOptions("get", "/api/v1/lending/applications/{application_id}/conditions", {
    params: { path: { application_id: applicationId } },
  })
export const tranchesQuery = (loanId: string) =>
  query.queryOptions("get", "/api/v1/lending/loans/{loan_id}/tranches", { params: { path: { loan_id: loanId } } })
export const versionQuery = (key: string, version: number) =>
  query.queryOptions(
    "get",
    "/api/v1/lending/products/{key}/versions/{version}",
    { params: { path: { key, version } } },
    { staleTime: Number.POSITIVE_INFINITY },
  )

const ABOUT = ["/api/v1/lending/applications", "/api/v1/lending/offers", "/api/v1/lending/loans"]

/** Whether a cached answer is about an application, its offers or its loan. */
export const aboutOffers = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  typeof queryKey[1] === "string" && ABOUT.some((path) => String(queryKey[1]).startsWith(path))

/** Whether an offer may still lead to a loan, or has. */
export const isOpen = ({ state }: Offer) => state === "proposed" || state === "made" || state === "accepted"
