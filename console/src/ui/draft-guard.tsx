import { useBlocker } from "@tanstack/react-router"
import { Confirm } from "./dialog"

/** Asks before somebody leaves a draft that is not published; the draft stays in this browser tab either way. */
export function DraftGuard({ changed, name }: { changed: boolean; name: string }) {
  const blocker = useBlocker({
    disabled: !changed,
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname,
    enableBeforeUnload: () => changed,
    withResolver: true,
  })
  return (
    <Confirm
      open={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave with a draft that is not published?"
      confirm="Leave, keep the draft"
      onConfirm={async () => blocker.proceed?.()}
    >
      Your changes to {name} are kept in this browser tab until you publish or discard them; closing the tab loses them.
    </Confirm>
  )
}
