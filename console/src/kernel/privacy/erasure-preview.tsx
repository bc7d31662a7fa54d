import { useQuery } from "@tanstack/react-query"
import { RefreshCw, Trash2 } from "lucide-react"
import { useState } from "react"
import { api, once, query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { count } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { Candidates } from "./candidates"
import { useRefresh } from "./queries"
import type { Request } from "./state"
import { TablesOf } from "./tables-of"

/** What an erasure would do now; the first of its two steps. */
export function ErasurePreview({ request }: { request: Request }) {
  const shown = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/privacy/requests/{request_id}/preview",
      { params: { path: { request_id: request.id } } },
      { staleTime: 0 },
    ),
  )
  return (
    <Fetched query={shown}>
      {(data) => <Preview request={request} shown={data} again={() => void shown.refetch()} busy={shown.isFetching} />}
    </Fetched>
  )
}

function Preview({
  request,
  shown,
  again,
  busy,
}: {
  request: Request
  shown: Schema["ErasurePreview"]
  again: () => void
  busy: boolean
}) {
  const can = useCan()
  const refresh = useRefresh()
  const [confirming, setConfirming] = useState(false)
  const rows = shown.tables.reduce((sum, each) => sum + (each.erasing === "keep" ? 0 : each.rows), 0)
  const confirm = async () => {
    await api.POST("/api/v1/privacy/requests/{request_id}/confirm", {
      params: { path: { request_id: request.id } },
      body: { seen: shown.seen, revision: request.revision },
      headers: once(),
    })
    await refresh()
    toast("The erasure is confirmed")
  }
  const mayErase = can("kernel:person:erase")
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-2xl text-[13px] text-ink-2">
          {shown.goes.length === 0
            ? "All of it must stay for now. Refuse the request with the reasons below, and say from when on it can go."
            : "Step 1 of 2: look at what would go and what must stay. Nothing has been changed."}
        </p>
        <span className="flex gap-2">
          <Button onClick={again} busy={busy}>
            {!busy && <RefreshCw aria-hidden />} Look again
          </Button>
          {shown.goes.length > 0 && mayErase && (
            <Button variant="decline" onClick={() => setConfirming(true)}>
              <Trash2 aria-hidden /> Erase what can go
            </Button>
          )}
        </span>
      </div>
      {!mayErase && shown.goes.length > 0 && (
        <Notice>Your role may prepare an erasure; somebody with the right to erase people confirms it here.</Notice>
      )}
      {shown.goes.length > 0 && (
        <section className="flex flex-col gap-2">
          <h2 className="text-[13px] font-semibold">What goes ({count(shown.goes.length)})</h2>
          <Candidates label="What goes" items={shown.goes} />
        </section>
      )}
      {shown.stays.length > 0 && (
        <section className="flex flex-col gap-2">
          <h2 className="text-[13px] font-semibold">What must stay ({count(shown.stays.length)})</h2>
          <Candidates label="What must stay" items={shown.stays} />
        </section>
      )}
      {shown.shared_words.length > 0 && (
        <Notice tone="warn">
          Others have these words too, so they are not looked for elsewhere: {shown.shared_words.join(", ")}.
        </Notice>
      )}
      {shown.goes.length > 0 && (
        <Card title={`In which tables: ${count(rows)} ${rows === 1 ? "row" : "rows"}`}>
          <TablesOf tables={shown.tables} />
        </Card>
      )}
      <Confirm
        open={confirming}
        onClose={() => setConfirming(false)}
        title={`Erase ${request.person}?`}
        confirm="Erase for good"
        danger
        typed="erase"
        onConfirm={confirm}
      >
        Step 2 of 2. {count(shown.goes.length)} {shown.goes.length === 1 ? "case goes" : "cases go"},{" "}
        {count(shown.stays.length)} must stay; {count(rows)} rows are touched. This cannot be taken back. The hashes in
        the audit log stay, so that the rest can still be proved.
      </Confirm>
    </>
  )
}
