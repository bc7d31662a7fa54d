import { useQuery } from "@tanstack/react-query"
import { CloudOff, FlaskConical, Octagon, Pause } from "lucide-react"
import { lazy, type ReactNode, Suspense, useState, useSyncExternalStore } from "react"
import { useLive } from "@/api/live"
import { ApiError } from "@/api/problem"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { actor } from "@/ui/format"
import { meQuery, useCan, useStatus } from "./session"

const RemoveDemoDialog = lazy(() => import("@/kernel/settings/remove-demo-dialog"))

const Banner = ({
  tone,
  icon,
  children,
  alert,
}: {
  tone: string
  icon: ReactNode
  children: ReactNode
  alert?: boolean
}) => (
  <div
    role={alert ? "alert" : "status"}
    className={cn(
      "flex items-center gap-2 border-b px-4 py-2 text-[13px] md:px-6 [&>svg]:size-4 [&>svg]:shrink-0",
      tone,
    )}
  >
    {icon}
    {children}
  </div>
)

const subscribe = (listener: () => void) => {
  addEventListener("online", listener)
  addEventListener("offline", listener)
  return () => {
    removeEventListener("online", listener)
    removeEventListener("offline", listener)
  }
}

/** What holds for everything on the page: no connection, stopped, halted, demo. */
export function Banners() {
  const status = useStatus()
  const link = useLive((state) => state.link)
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  const [removing, setRemoving] = useState(false)
  const can = useCan()
  const { error } = useQuery(meQuery)
  // It does answer: one has no place here any more, such as after a demo was removed.
  const refused = error instanceof ApiError && error.status === 403
  const state = status?.switch.state
  return (
    <>
      {(!online || (link === "lost" && !refused)) && (
        <Banner alert tone="border-review-fill/40 bg-review-soft text-review" icon={<CloudOff aria-hidden />}>
          {online
            ? "The server does not answer. What you see may be old; it is tried again by itself."
            : "You are offline. What you see may be old, and nothing can be changed until you are connected again."}
        </Banner>
      )}
      {state === "halted" && (
        <Banner alert tone="border-decline-fill/40 bg-decline-soft text-decline" icon={<Octagon aria-hidden />}>
          Emergency stop by {actor(status!.switch.changed_by)}: {status!.switch.reason} Nothing decides and nothing goes
          out.
        </Banner>
      )}
      {state === "stopped" && (
        <Banner alert tone="border-review-fill/40 bg-review-soft text-review" icon={<Pause aria-hidden />}>
          Stopped by {actor(status!.switch.changed_by)}: {status!.switch.reason} New work waits; what was planned is
          carried out.
        </Banner>
      )}
      {(status?.organization.kind === "demo" || status?.organization.kind === "sandbox") && (
        <Banner tone="bg-info-soft text-info" icon={<FlaskConical aria-hidden />}>
          <span className="min-w-0 flex-1">
            {status.organization.kind === "demo"
              ? `Demo: the applicants are simulated, no money moves${status.organization.clock.speed === 1 ? "" : `, and a business day takes ${Math.round(86_400 / status.organization.clock.speed)} seconds`}.`
              : "Sandbox: what is decided here has no effect outside."}
          </span>
          {status.organization.kind === "demo" && can("organizations:organization:manage") && (
            <Button
              size="sm"
              variant="ghost"
              className="text-info hover:bg-info-fill/15 hover:text-info"
              onClick={() => setRemoving(true)}
            >
              Remove the demo
            </Button>
          )}
          {removing && (
            <Suspense>
              <RemoveDemoDialog organization={status.organization} onClose={() => setRemoving(false)} />
            </Suspense>
          )}
        </Banner>
      )}
    </>
  )
}
