import { useBlocker } from "@tanstack/react-router"
import { Confirm } from "@/ui/dialog"

/** Asks before somebody leaves a form with changes that are not saved: leaving drops them. */
export function UnsavedGuard({ changed, name }: { changed: boolean; name: string }) {
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
      title="Leave without saving?"
      confirm="Leave without saving"
      danger
      onConfirm={async () => blocker.proceed?.()}
    >
      Your changes to {name} are not saved and would be lost.
    </Confirm>
  )
}
