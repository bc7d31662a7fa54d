import { query, type Schema } from "@/api/client"

export type ApplicationRow = Schema["ApplicationRow"]
export type Application = Schema["ApplicationView"]
export type Product = Schema["ProductView"]
export type FormField = Schema["FormFieldView"]
export type Decided = Schema["DecidedApplication"]

export const APPLICATIONS = "/api/v1/lending/applications"
export const FACETS = "/api/v1/lending/applications/facets"
const PRODUCTS = "/api/v1/lending/products"
const PRODUCTS_MAX = 200
const MINUTE = 60_000

export const applicationQuery = (applicationId: string) =>
  query.queryOptions("get", "/api/v1/lending/applications/{application_id}", {
    params: { path: { application_id: applicationId } },
  })

export const productsQuery = query.queryOptions(
  "get",
  PRODUCTS,
  { params: { query: { limit: PRODUCTS_MAX } } },
  { staleTime: MINUTE },
)
export const productQuery = (key: string) =>
  query.queryOptions("get", "/api/v1/lending/products/{key}", { params: { path: { key } } })
export const vocabularyQuery = query.queryOptions("get", "/api/v1/lending/products/vocabulary", undefined, {
  staleTime: Number.POSITIVE_INFINITY,
})

/** Whether a cached answer is about applications: the list, its counts, or one of them. */
export const aboutApplications = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  typeof queryKey[1] === "string" && queryKey[1].startsWith(APPLICATIONS)
/** Whether a cached answer is about products. */
export const aboutProducts = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  typeof queryKey[1] === "string" && queryKey[1].startsWith(PRODUCTS)
