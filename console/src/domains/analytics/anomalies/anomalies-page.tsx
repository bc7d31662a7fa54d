import { Plus, ScanSearch } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { Page } from "@/ui/page"
import { Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { Inbox } from "./inbox-tab"
import { anomaliesRoute } from "./routes"

const Watched = lazy(async () => ({ default: (await import("./watched-tab")).Watched }))
const Sent = lazy(async () => ({ default: (await import("./sent-tab")).Sent }))
const LookDialog = lazy(() => import("./look-dialog"))
const StreamDialog = lazy(() => import("./stream-dialog"))

/** What strayed from its usual course, what is watched for that, and figures that are sent in. */
export function AnomaliesPage() {
  const { tab = "found" } = anomaliesRoute.useSearch()
  const navigate = anomaliesRoute.useNavigate()
  const can = useCan()
  const [dialog, setDialog] = useState<{ looking?: string; creating?: true } | null>(null)
  const close = () => setDialog(null)
  const look = can("ai_analytics:detect") ? (source = "") => setDialog({ looking: source }) : undefined
  const create = can("ai_analytics:create") ? () => setDialog({ creating: true }) : undefined
  return (
    <Page
      title="Anomalies"
      lead="Figures that stray from their usual course: how far, what it costs, and what likely caused it."
      actions={
        <>
          {create && (
            <Button onClick={create}>
              <Plus aria-hidden /> Send us a figure
            </Button>
          )}
          {look && (
            <Button onClick={() => look()}>
              <ScanSearch aria-hidden /> Look now
            </Button>
          )}
        </>
      }
    >
      <Tabs
        label="Anomalies"
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next === "found" ? undefined : next } })}
        tabs={[
          { value: "found", label: "Found", content: () => <Inbox look={look} /> },
          {
            value: "watched",
            label: "Watched figures",
            content: () => (
              <Suspense fallback={<Loading />}>
                <Watched look={look} />
              </Suspense>
            ),
          },
          {
            value: "sent",
            label: "Sent to us",
            content: () => (
              <Suspense fallback={<Loading />}>
                <Sent create={create} />
              </Suspense>
            ),
          },
        ]}
      />
      <Suspense>
        {dialog?.looking !== undefined && <LookDialog source={dialog.looking} onClose={close} />}
        {dialog?.creating && <StreamDialog onClose={close} />}
      </Suspense>
    </Page>
  )
}
