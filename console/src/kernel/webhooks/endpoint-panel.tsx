import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { ArrowLeft, Ban, Ellipsis, KeyRound, Pencil, Trash2, Zap } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api, once } from "@/api/client"
import { Copy, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { Menu } from "@/ui/menu"
import { Fetched } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { EndpointDeliveries } from "./endpoint-deliveries"
import { EventNames } from "./endpoints-tab"
import { type Endpoint, endpointQuery, refresh } from "./queries"
import { Replays } from "./replays"
import { EndpointState, upTo } from "./states"

const EndpointDialog = lazy(() => import("./endpoint-dialog"))
const RotateDialog = lazy(() => import("./rotate-dialog"))

/** One endpoint: how it does, what was sent to it, and what can be sent again. */
export default function EndpointPanel({ id, mayManage }: { id: string; mayManage: boolean }) {
  const endpoint = useQuery(endpointQuery(id))
  return (
    <div className="flex flex-col gap-4">
      <Link
        to="/settings/$section"
        params={{ section: "webhooks" }}
        className="inline-flex w-fit items-center gap-1 text-xs text-ink-2 hover:underline"
      >
        <ArrowLeft aria-hidden className="size-3.5" /> All endpoints
      </Link>
      <Fetched query={endpoint}>{(row) => <Body endpoint={row} mayManage={mayManage} />}</Fetched>
    </div>
  )
}

function Body({ endpoint, mayManage }: { endpoint: Endpoint; mayManage: boolean }) {
  const { by } = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const client = useQueryClient()
  const [ask, setAsk] = useState<"edit" | "rotate" | "remove" | null>(null)
  const path = { endpoint_id: endpoint.id }
  const ping = useMutation({
    mutationFn: async () =>
      (await api.POST("/api/v1/webhooks/endpoints/{endpoint_id}/ping", { params: { path }, headers: once() })).data!,
    // What comes of it shows at the side.
    onSuccess: ({ delivery_id }) =>
      navigate({ search: { of: endpoint.id, peek: delivery_id }, replace: true, resetScroll: false }),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client),
  })
  const switching = useMutation({
    mutationFn: (resume: "now" | "where_it_stopped" | null) =>
      api.PATCH("/api/v1/webhooks/endpoints/{endpoint_id}", {
        params: { path },
        body: { revision: endpoint.revision, enabled: resume !== null, resume: resume ?? "now" },
      }),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client),
  })
  const rotate = async (overlap_hours: number) =>
    (
      await api.POST("/api/v1/webhooks/endpoints/{endpoint_id}/rotate", {
        params: { path },
        body: { overlap_hours },
        headers: once(),
      })
    ).data!.secret
  const remove = async () => {
    await api.DELETE("/api/v1/webhooks/endpoints/{endpoint_id}", { params: { path } })
    toast("The endpoint is removed")
    await navigate({ search: {} })
    await refresh(client)
  }
  return (
    <>
      <section className="card flex flex-col gap-4 p-4">
        <div className="flex flex-wrap items-start justify-between gap-2">
          <div className="min-w-0">
            <h3 className="text-[15px] font-semibold break-words">
              {endpoint.description || new URL(endpoint.url).hostname}
            </h3>
            <Copy text={endpoint.url} label="Copy the address" />
          </div>
          {mayManage && (
            <span className="flex items-center gap-1.5">
              <Button busy={ping.isPending} disabled={endpoint.state === "disabled"} onClick={() => ping.mutate()}>
                {!ping.isPending && <Zap aria-hidden />} Send a test
              </Button>
              <Menu
                trigger={
                  <Button size="icon" aria-label="More about this endpoint">
                    <Ellipsis />
                  </Button>
                }
                items={[
                  { label: "Edit", icon: <Pencil />, run: () => setAsk("edit") },
                  { label: "Replace the secret…", icon: <KeyRound />, run: () => setAsk("rotate") },
                  ...(endpoint.state === "enabled"
                    ? [{ label: "Disable", icon: <Ban />, run: () => switching.mutate(null) }]
                    : []),
                  null,
                  { label: "Remove…", icon: <Trash2 />, danger: true, run: () => setAsk("remove") },
                ]}
              />
            </span>
          )}
        </div>
        {endpoint.state === "disabled" && (
          <Notice tone="warn" icon={<Ban aria-hidden />}>
            Disabled: {endpoint.disabled_why ?? "by a person"}. Nothing is sent.
            {mayManage && (
              <span className="mt-2 flex flex-wrap gap-2">
                <Button size="sm" busy={switching.isPending} onClick={() => switching.mutate("where_it_stopped")}>
                  Go on where it stopped
                </Button>
                <Button size="sm" busy={switching.isPending} onClick={() => switching.mutate("now")}>
                  Go on from now
                </Button>
              </span>
            )}
          </Notice>
        )}
        <Facts
          items={[
            ["State", <EndpointState key="state" endpoint={endpoint} />],
            ["Events", <EventNames key="events" names={endpoint.events} />],
            ["Wait", upTo(endpoint.waiting_count)],
            [
              "Dead",
              endpoint.dead_count > 0 ? (
                <Link
                  key="dead"
                  to="/settings/$section"
                  params={{ section: "webhooks" }}
                  search={{ of: endpoint.id, state: "dead" }}
                  className="text-decline underline"
                >
                  {upTo(endpoint.dead_count)}
                </Link>
              ) : (
                "none"
              ),
            ],
            ...(endpoint.rotating_until
              ? ([["Old secret signs until", <When key="old" at={endpoint.rotating_until} clock="system" />]] as [
                  string,
                  React.ReactNode,
                ][])
              : []),
          ]}
        />
      </section>
      <Tabs
        label="Endpoint"
        value={by === "replays" ? "replays" : "deliveries"}
        onChange={(next) =>
          void navigate({ search: { of: endpoint.id, by: next === "replays" ? "replays" : undefined } })
        }
        tabs={[
          {
            value: "deliveries",
            label: "Deliveries",
            content: () => <EndpointDeliveries endpoint={endpoint} mayManage={mayManage} />,
          },
          {
            value: "replays",
            label: "Replays",
            content: () => <Replays endpoint={endpoint} mayManage={mayManage} />,
          },
        ]}
      />
      <Suspense>
        {ask === "edit" && <EndpointDialog endpoint={endpoint} onClose={() => setAsk(null)} />}
        {ask === "rotate" && (
          <RotateDialog
            title="Replace the signing secret"
            overlapHint="So long each message carries a signature of both, and the receiver can change over."
            given={false}
            rotate={rotate}
            onClose={() => setAsk(null)}
          />
        )}
      </Suspense>
      <Confirm
        open={ask === "remove"}
        onClose={() => setAsk(null)}
        title="Remove this endpoint?"
        confirm="Remove"
        danger
        onConfirm={remove}
      >
        Its deliveries and its secret go with it. The log of events stays.
      </Confirm>
    </>
  )
}
