import { useInfiniteQuery } from "@tanstack/react-query"
import { CircleCheck, CircleX } from "lucide-react"
import { useState } from "react"
import { api } from "@/api/client"
import { cn } from "@/ui/cn"
import { actor, count } from "@/ui/format"
import { Failed, Loading } from "@/ui/states"
import { Tabs } from "@/ui/tabs"
import { Timeline } from "@/ui/timeline"
import { When } from "@/ui/when"
import { More } from "./more"
import { ACTS, connectionLabel, OUTCOMES } from "./wording"

/** Who asked for a secret and got it or not, and what was done to it. */
export function SecretLog({ id }: { id: string }) {
  const [tab, setTab] = useState<"accesses" | "history">("accesses")
  return (
    <Tabs
      label="Record of the secret"
      value={tab}
      onChange={setTab}
      tabs={[
        { value: "accesses", label: "Accesses", content: () => <Accesses id={id} /> },
        { value: "history", label: "History", content: () => <History id={id} /> },
      ]}
    />
  )
}

function Accesses({ id }: { id: string }) {
  const pages = useInfiniteQuery({
    queryKey: ["get", "/api/v1/vault/secrets/{secret_id}/accesses", id],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (
        await api.GET("/api/v1/vault/secrets/{secret_id}/accesses", {
          params: { path: { secret_id: id }, query: { after: pageParam } },
          signal,
        })
      ).data!,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  if (pages.isPending) return <Loading rows={3} />
  if (pages.error && !pages.data) return <Failed error={pages.error} retry={() => void pages.refetch()} />
  const rows = pages.data.pages.flatMap((page) => page.items)
  if (rows.length === 0)
    return (
      <p className="py-2 text-[13px] text-ink-3">
        Nobody has asked for it yet. Each minute in which somebody does stands here, given or refused.
      </p>
    )
  return (
    <>
      <ul aria-label="Accesses" className="flex flex-col">
        {rows.map((row) => {
          const { label, meaning } = OUTCOMES[row.outcome]
          const given = row.outcome === "given"
          return (
            <li key={row.id} className="border-b py-2 text-[13px] last:border-0">
              <div className="flex items-center justify-between gap-2">
                <span className={cn("inline-flex items-center gap-1.5 font-medium", !given && "text-decline")}>
                  {given ? <CircleCheck aria-hidden className="size-4" /> : <CircleX aria-hidden className="size-4" />}
                  {label}
                  {row.count > 1 && <span className="num text-xs text-ink-3">{count(row.count)} times</span>}
                </span>
                <When at={row.minute} clock="system" className="text-2xs" />
              </div>
              <p className="mt-0.5 text-xs break-words text-ink-3">
                {row.destination ? (
                  <>
                    towards <span className="mono text-ink-2">{row.destination}</span>
                  </>
                ) : (
                  "to sign or verify"
                )}
                {row.purpose && `, ${row.purpose}`}, asked by {actor(row.actor)}
                {given
                  ? ""
                  : `: ${meaning}${row.outcome === "connection" ? ` (${connectionLabel(row.connection)})` : ""}`}
              </p>
            </li>
          )
        })}
      </ul>
      <More query={pages} />
    </>
  )
}

function History({ id }: { id: string }) {
  const pages = useInfiniteQuery({
    queryKey: ["get", "/api/v1/vault/secrets/{secret_id}/history", id],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam, signal }) =>
      (
        await api.GET("/api/v1/vault/secrets/{secret_id}/history", {
          params: { path: { secret_id: id }, query: { after: pageParam } },
          signal,
        })
      ).data!,
    getNextPageParam: (page) => (page.next ? Number(page.next) : undefined),
  })
  if (pages.isPending) return <Loading rows={3} />
  if (pages.error && !pages.data) return <Failed error={pages.error} retry={() => void pages.refetch()} />
  return (
    <>
      <Timeline
        moments={pages.data.pages
          .flatMap((page) => page.items)
          .map((row) => ({
            key: String(row.revision),
            at: row.at,
            clock: "system",
            title: ACTS[row.act],
            detail: `by ${actor(row.by)}${row.act === "rotated" ? `, value ${row.version}` : ""}`,
          }))}
      />
      <More query={pages} />
    </>
  )
}
