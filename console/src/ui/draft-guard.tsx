import { LeaveGuard } from "./leave-guard"

/** Asks before somebody leaves a draft that is not published; the draft stays in this browser tab either way. */
export const DraftGuard = ({ changed, name }: { changed: boolean; name: string }) => (
  <LeaveGuard changed={changed} title="Leave with a draft that is not published?" confirm="Leave, keep the draft">
    Your changes to {name} are kept in this browser tab until you publish or discard them; closing the tab loses them.
  </LeaveGuard>
)
