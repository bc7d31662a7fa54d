import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { ArrowLeft, Ban, CircleAlert, Ellipsis, KeyRound, Pencil, Play, Trash2 } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api, once } from "@/api/client"
import { Copy, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { count } from "@/ui/format"
import { Menu } from "@/ui/menu"
import { Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { Messages } from "./messages"
import { refresh, type Source, sourceQuery } from "./queries"
import SourceDialog, { addressOf, SCHEMES } from "./source-dialog"
import { SourceState } from "./sources-tab"

const RotateDialog = lazy(() => import("./rotate-dialog"))

/** One source: its address, what came, what was refused and what is set aside. */
export default function SourcePanel({ id, mayManage }: { id: string; mayManage: boolean }) {
  const source = useQuery(sourceQuery(id))
  return (
    <div className="flex flex-col gap-4">
      <Link
        to="/settings/$section"
        params={{ section: "webhooks" }}
        search={{ tab: "incoming" }}
        className="inline-flex w-fit items-center gap-1 text-xs text-ink-2 hover:underline"
      >
        <ArrowLeft aria-hidden className="size-3.5" /> All sources
      </Link>
      <Fetched query={source}>{(row) => <Body source={row} mayManage={mayManage} />}</Fetched>
    </div>
  )
}

function Body({ source, mayManage }: { source: Source; mayManage: boolean }) {
  const client = useQueryClient()
  const navigate = useNavigate({ from: "/settings/$section" })
  const [ask, setAsk] = useState<"edit" | "rotate" | "remove" | null>(null)
  const path = { webhook_source_id: source.id }
  const switching = useMutation({
    mutationFn: () =>
      api.PUT("/api/v1/webhooks/sources/{webhook_source_id}", {
        params: { path },
        body: {
          name: source.name,
          scheme: source.scheme,
          header: source.header,
          kind: source.kind,
          mapping: source.mapping,
          revision: source.revision,
          enabled: source.state !== "enabled",
        },
      }),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client),
  })
  const rotate = async (overlap_hours: number, secret: string | null) =>
    (
      await api.POST("/api/v1/webhooks/sources/{webhook_source_id}/rotate", {
        params: { path },
        body: { overlap_hours, secret },
        headers: once(),
      })
    ).data!.secret
  const remove = async () => {
    await api.DELETE("/api/v1/webhooks/sources/{webhook_source_id}", { params: { path } })
    toast(`${source.name} is removed`)
    await navigate({ search: { tab: "incoming" } })
    await refresh(client)
  }
  return (
    <>
      <section className="card flex flex-col gap-4 p-4">
        <div className="flex flex-wrap items-start justify-between gap-2">
          <div className="min-w-0">
            <h3 className="text-[15px] font-semibold break-words">{source.name}</h3>
            <Copy text={addressOf(source)} label="Copy the address" />
          </div>
          {mayManage && (
            <Menu
              trigger={
                <Button size="icon" aria-label={`More about ${source.name}`}>
                  <Ellipsis />
                </Button>
              }
              items={[
                { label: "Edit", icon: <Pencil />, run: () => setAsk("edit") },
                { label: "Replace the secret…", icon: <KeyRound />, run: () => setAsk("rotate") },
                {
                  label: source.state === "enabled" ? "Disable" : "Open again",
                  icon: source.state === "enabled" ? <Ban /> : <Play />,
                  run: () => switching.mutate(),
                },
                null,
                { label: "Remove…", icon: <Trash2 />, danger: true, run: () => setAsk("remove") },
              ]}
            />
          )}
        </div>
        {source.refused_count > 0 && source.refused_at && (
          <Notice tone="warn" icon={<CircleAlert aria-hidden />}>
            {count(source.refused_count)} refused, the last{" "}
            <When at={source.refused_at} clock="system" className="text-inherit" />: {source.refused_why}. The sender
            was told 401 and no more.
          </Notice>
        )}
        <Facts
          items={[
            ["State", <SourceState key="state" source={source} />],
            ["Signed by", SCHEMES[source.scheme]],
            ["A message becomes", source.kind ? `a proposal of ${source.kind}` : "an event"],
            ["Came", count(source.received_count)],
            ["Came again", count(source.repeated_count)],
            ["Set aside", count(source.quarantined_count)],
            ...(source.rotating_until
              ? ([["Old secret holds until", <When key="old" at={source.rotating_until} clock="system" />]] as [
                  string,
                  React.ReactNode,
                ][])
              : []),
          ]}
        />
      </section>
      <Messages source={source} mayManage={mayManage} />
      <Suspense>
        {ask === "edit" && <SourceDialog source={source} onClose={() => setAsk(null)} />}
        {ask === "rotate" && (
          <RotateDialog
            title={`Replace the secret of ${source.name}`}
            overlapHint="So long messages signed with either are taken, and the sender can change over."
            given
            rotate={rotate}
            onClose={() => setAsk(null)}
          />
        )}
      </Suspense>
      <Confirm
        open={ask === "remove"}
        onClose={() => setAsk(null)}
        title={`Remove ${source.name}?`}
        confirm="Remove"
        danger
        onConfirm={remove}
      >
        Its messages and its secret go with it. What was proposed stays.
      </Confirm>
    </>
  )
}
