/** Who is signed in, what they may do, and the organisation they work in. */
import { useQuery } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"

export type Permission = Schema["Permission"]

const HOUR = 3_600_000

export const meQuery = query.queryOptions("get", "/api/v1/access/me", undefined, { staleTime: HOUR })
export const statusQuery = query.queryOptions("get", "/api/admin/autonomous-business/status", undefined, {
  staleTime: 2_000,
})

export const useMe = () => useQuery(meQuery).data
export const useStatus = () => useQuery(statusQuery).data
export const useOrganization = () => useQuery({ ...statusQuery, select: (status) => status.organization }).data

/** The zone in which times are shown: one's own choice, or the organisation's. */
export function useTimeZone(): string | undefined {
  const organization = useOrganization()
  const own = useQuery({ ...meQuery, select: (me) => me.time_zone }).data
  return own ?? organization?.time_zone
}

/** Whether the signed-in person may do this; routes refuse in any case, this only spares a button that would not work. */
export function useCan(): (permission: Permission) => boolean {
  const permissions = useQuery({ ...meQuery, select: (me) => me.permissions }).data
  return (permission) => permissions?.includes(permission) ?? false
}
