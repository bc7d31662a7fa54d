import { Octagon, Pause, Play } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Button } from "@/ui/button"
import { useCan, useStatus } from "./session"
import type { SwitchAct } from "./switch-dialog"

const SwitchDialog = lazy(() => import("./switch-dialog"))

/** The one switch of the business: stop and start, and the emergency stop, each told with its consequences first. */
export function Switch() {
  const status = useStatus()
  const can = useCan()
  const [act, setAct] = useState<SwitchAct | null>(null)
  if (!status || !can("kernel:switch:use")) return null
  const running = status.switch.state === "running"
  const queued = (status.queue.planned ?? 0) + (status.queue.held ?? 0)
  return (
    <>
      {running ? (
        <Button onClick={() => setAct("stop")} aria-label="Stop the business">
          <Pause /> <span className="hidden sm:inline">Stop</span>
        </Button>
      ) : (
        <Button variant="solid" onClick={() => setAct("start")} aria-label="Start the business">
          <Play /> Start
        </Button>
      )}
      {status.switch.state !== "halted" && (
        <Button
          variant="decline"
          size="icon"
          onClick={() => setAct("halt")}
          aria-label="Emergency stop"
          title="Emergency stop"
        >
          <Octagon />
        </Button>
      )}
      {act && (
        <Suspense>
          <SwitchDialog act={act} queued={queued} onClose={() => setAct(null)} />
        </Suspense>
      )}
    </>
  )
}
