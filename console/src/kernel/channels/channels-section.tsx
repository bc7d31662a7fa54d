import { useNavigate, useSearch } from "@tanstack/react-router"
import { lazy, Suspense } from "react"
import { useCan } from "@/app/session"
import { ReadOnly } from "@/ui/form-parts"
import { Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { ChannelsTab } from "./channels-tab"

const RulesTab = lazy(() => import("./rules-tab"))
const DeliveriesTab = lazy(() => import("./deliveries-tab"))
const TABS = ["channels", "rules", "deliveries"] as const

/** Where people are told of alerts, by which rules, and what came of each message. */
export default function ChannelsSection() {
  const search = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const mayManage = useCan()("kernel:channel:manage")
  const tab = TABS.find((each) => each === search.tab) ?? "channels"
  return (
    <>
      <div>
        <h2 className="text-[15px] font-semibold">Channels</h2>
        <p className="text-xs text-ink-3">
          How alerts reach people who have no console open. Times here are those of people, not of the business.
        </p>
      </div>
      {!mayManage && <ReadOnly>Your role may see the channels, but not change them.</ReadOnly>}
      <Tabs
        label="Channels"
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next === "channels" ? undefined : next } })}
        tabs={[
          { value: "channels", label: "Channels", content: () => <ChannelsTab mayManage={mayManage} /> },
          {
            value: "rules",
            label: "Rules",
            content: () => (
              <Suspense fallback={<Loading />}>
                <RulesTab mayManage={mayManage} />
              </Suspense>
            ),
          },
          {
            value: "deliveries",
            label: "Deliveries",
            content: () => (
              <Suspense fallback={<Loading />}>
                <DeliveriesTab mayManage={mayManage} />
              </Suspense>
            ),
          },
        ]}
      />
    </>
  )
}
