import { queryOptions } from "@tanstack/react-query"
import { api } from "@/api/client"

/** The public key of this installation, as a PEM file. */
export const publicKeyQuery = queryOptions({
  queryKey: ["get", "/api/v1/audit/public-key"],
  queryFn: async ({ signal }) => {
    const { data } = await api.GET("/api/v1/audit/public-key", { parseAs: "text", signal })
    return String(data ?? "")
  },
  staleTime: Number.POSITIVE_INFINITY,
})
