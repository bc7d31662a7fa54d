import { useQuery } from "@tanstack/react-query"
import { lazy, Suspense, useEffect } from "react"
import { query } from "@/api/client"
import { toastError } from "@/ui/toast"
import { useStatus } from "./session"
import type { SwitchAct } from "./switch-dialog"

const SwitchDialog = lazy(() => import("./switch-dialog"))
const NewApplication = lazy(() => import("@/domains/lending/new-application"))
const ControlDialog = lazy(() =>
  import("@/kernel/autonomy/change-dialogs").then((found) => ({ default: found.ControlDialog })),
)

export type CommandDialog =
  | { kind: "switch"; act: SwitchAct }
  | { kind: "control"; component: string; act: "take" | "hand-back" }
  | { kind: "application" }

/** The dialog that a command opens, in the place of the menu. */
export function CommandDialogs({ dialog, onClose }: { dialog: CommandDialog; onClose: () => void }) {
  const status = useStatus()
  const queued = (status?.queue.planned ?? 0) + (status?.queue.held ?? 0)
  return (
    <Suspense>
      {dialog.kind === "switch" && <SwitchDialog act={dialog.act} queued={queued} onClose={onClose} />}
      {dialog.kind === "application" && <NewApplication onClose={onClose} />}
      {dialog.kind === "control" && <Control {...dialog} onClose={onClose} />}
    </Suspense>
  )
}

function Control({
  component: name,
  act,
  onClose,
}: {
  component: string
  act: "take" | "hand-back"
  onClose: () => void
}) {
  const { data, error } = useQuery(
    query.queryOptions("get", "/api/v1/components/{name}", { params: { path: { name } } }),
  )
  useEffect(() => {
    if (!error || data) return
    toastError(error)
    onClose()
  }, [error, data, onClose])
  return data && <ControlDialog component={data} act={act} onClose={onClose} />
}
