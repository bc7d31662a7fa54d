import { type QueryClient, useQueryClient } from "@tanstack/react-query"
import { useCallback } from "react"

const PRIVACY = "/api/v1/privacy"

const refresh = (client: QueryClient) =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(PRIVACY),
  })

/** Fetch anew what is on show about people’s data, after something was done. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient()
  return useCallback(() => refresh(client), [client])
}

/** The day that an `<input type="date">` shows for a moment, in a time zone. */
export const dayIn = (at: Date, timeZone: string) => at.toLocaleDateString("en-CA", { timeZone })
