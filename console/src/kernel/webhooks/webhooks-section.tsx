import { useNavigate, useSearch } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { useCan } from "@/app/session"
import { ReadOnly } from "@/ui/form-parts"
import { Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { EndpointsTab } from "./endpoints-tab"

const EndpointPanel = lazy(() => import("./endpoint-panel"))
const SourcesTab = lazy(() => import("./sources-tab"))
const SourcePanel = lazy(() => import("./source-panel"))

/** Events that are told to other systems, and messages that they send in. */
export default function WebhooksSection() {
  const { tab, of } = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const mayManage = useCan()("kernel:webhook:manage")
  const incoming = tab === "incoming"
  return (
    <>
      <div>
        <h2 className="text-[15px] font-semibold">Webhooks</h2>
        <p className="text-xs text-ink-3">
          Other systems hear of what happens here a moment after it happened, and send in what is to be decided. All is
          signed by{" "}
          <a href="https://www.standardwebhooks.com" rel="noreferrer" target="_blank" className="underline">
            Standard Webhooks
          </a>
          .
        </p>
      </div>
      {!mayManage && <ReadOnly>Your role may see the webhooks, but not change them.</ReadOnly>}
      <Tabs
        label="Webhooks"
        value={incoming ? "incoming" : "outgoing"}
        onChange={(next) => void navigate({ search: { tab: next === "incoming" ? next : undefined } })}
        tabs={[
          {
            value: "outgoing",
            label: "Outgoing",
            content: () =>
              of ? (
                <Suspense fallback={<Loading />}>
                  <EndpointPanel key={of} id={of} mayManage={mayManage} />
                </Suspense>
              ) : (
                <EndpointsTab mayManage={mayManage} />
              ),
          },
          {
            value: "incoming",
            label: "Incoming",
            content: () => (
              <Suspense fallback={<Loading />}>
                {of ? <SourcePanel key={of} id={of} mayManage={mayManage} /> : <SourcesTab mayManage={mayManage} />}
              </Suspense>
            ),
          },
        ]}
      />
    </>
  )
}
