import { LeaveGuard } from "@/ui/leave-guard"

/** Asks before somebody leaves a form with changes that are not saved: leaving drops them. */
export const UnsavedGuard = ({ changed, name }: { changed: boolean; name: string }) => (
  <LeaveGuard changed={changed} title="Leave without saving?" confirm="Leave without saving" danger>
    Your changes to {name} are not saved and would be lost.
  </LeaveGuard>
)
