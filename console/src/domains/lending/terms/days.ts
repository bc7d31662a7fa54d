/** Days without a time, as the books have them. */
import { useOrganization } from "@/app/session"
import { businessNow } from "@/ui/format"

/** "15 Mar 2027" for `2027-03-15`: a day of the books has no zone. */
export const dayText = (day: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { dateStyle: "medium", timeZone: "UTC" })

/** Today in the organisation's business time, as `2027-03-15`. */
export function useBusinessToday(): string {
  const organization = useOrganization()
  const now = organization ? businessNow(organization.clock) : new Date()
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: organization?.time_zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(now)
}
