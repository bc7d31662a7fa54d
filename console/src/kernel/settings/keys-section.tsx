import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { Ban, Clock, KeyRound, Plus } from "lucide-react"
import { useState } from "react"
import { api, query, type Schema } from "@/api/client"
import { useCan, useMe } from "@/app/session"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Confirm } from "@/ui/dialog"
import { ReadOnly } from "@/ui/form-parts"
import { actor, count } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { toast } from "@/ui/toast"
import { useNow, When } from "@/ui/when"
import { KeyDialog } from "./key-dialog"
import { roleLabel, within } from "./roles"

type Key = Schema["KeyView"]

const usedQuery = query.queryOptions(
  "get",
  "/api/v1/usage",
  { params: { query: { by: "caller" } } },
  { select: (answer: Schema["UsageReport"] | string) => (typeof answer === "string" ? [] : answer.items) },
)

/** Secrets for programs, each bound to one role. */
export default function KeysSection() {
  const { after } = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const client = useQueryClient()
  const now = useNow()
  const me = useMe()
  const mayManage = useCan()("access:key:manage")
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<Key | null>(null)
  const keys = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/access/keys",
      { params: { query: { after } } },
      { placeholderData: keepPreviousData },
    ),
  )
  const mayMeter = useCan()("kernel:usage:read")
  const used = useQuery({ ...usedQuery, enabled: mayMeter })
  const revoke = async () => {
    await api.DELETE("/api/v1/access/keys/{key_id}", { params: { path: { key_id: revoking!.id } } })
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === "/api/v1/access/keys" })
    toast(`API key ${revoking!.name} is revoked`)
  }
  const columns: Column<Key>[] = [
    { id: "name", header: "Name", cell: (key) => <span className="font-medium">{key.name}</span> },
    { id: "role", header: "Role", cell: (key) => <Badge>{roleLabel(key.role)}</Badge> },
    { id: "state", header: "State", cell: (key) => <State apiKey={key} now={now} /> },
    {
      id: "created",
      header: "Created",
      wide: true,
      cell: (key) => (
        <span className="text-ink-3">
          <When at={key.created_at} clock="system" /> by {actor(key.created_by)}
        </span>
      ),
    },
    ...(mayMeter
      ? [
          {
            id: "use",
            header: "Requests, 30 days",
            align: "right" as const,
            wide: true,
            cell: (key: Key) => <KeyUse used={used.data} id={key.id} />,
          },
        ]
      : []),
    {
      id: "acts",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      cell: (key) =>
        mayManage &&
        !key.revoked_at &&
        (me && within(me.role, key.role) ? (
          <Button size="sm" aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
            Revoke
          </Button>
        ) : (
          <span className="text-xs text-ink-3">Its role is above yours</span>
        )),
    },
  ]
  const create = mayManage && (
    <Button variant="solid" onClick={() => setCreating(true)}>
      <Plus /> Create API key
    </Button>
  )
  const none = keys.data?.items.length === 0 && !after
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h2 className="text-[15px] font-semibold">API keys</h2>
          <p className="text-xs text-ink-3">
            For programs that call the API. A key acts with its role; its secret is shown once.
          </p>
        </div>
        {!none && create}
      </div>
      {!mayManage && <ReadOnly>Your role may see the keys, but not create or revoke them.</ReadOnly>}
      {keys.error && !keys.data ? (
        <Failed error={keys.error} retry={() => void keys.refetch()} />
      ) : (
        <DataTable
          label="API keys"
          columns={columns}
          rows={keys.data?.items}
          rowId={(key) => key.id}
          busy={keys.isPlaceholderData}
          empty={
            <Empty icon={<KeyRound />} title="No API key yet" action={create || undefined}>
              A program needs one to send applications or to read decisions.
            </Empty>
          }
          footer={
            (after || keys.data?.next) && (
              <Pager
                shown={keys.data?.items.length ?? 0}
                after={after}
                next={keys.data?.next}
                onPage={(next) => void navigate({ search: { after: next } })}
              />
            )
          }
        />
      )}
      {creating && <KeyDialog onClose={() => setCreating(false)} />}
      <Confirm
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title={`Revoke ${revoking?.name}?`}
        confirm="Revoke"
        danger
        onConfirm={revoke}
      >
        Programs that use it are refused within a second. A revoked key cannot be brought back; create another instead.
      </Confirm>
    </>
  )
}

/** What a key was used for lately; it leads to the days. */
function KeyUse({ used, id }: { used: Schema["UsageView"][] | undefined; id: string }) {
  if (!used) return null
  const caller = `key:${id}`
  const requests = used.find(({ key }) => key === caller)?.requests ?? 0
  if (requests === 0) return <span className="text-ink-3">None</span>
  return (
    <Link
      to="/settings/$section"
      params={{ section: "usage" }}
      search={{ words: caller }}
      className="num text-ink-2 underline-offset-2 hover:underline"
    >
      {count(requests)}
    </Link>
  )
}

function State({ apiKey, now }: { apiKey: Key; now: Date }) {
  if (apiKey.revoked_at)
    return (
      <span className="inline-flex items-center gap-1.5 text-ink-3">
        <Badge icon={<Ban aria-hidden />}>Revoked</Badge> <When at={apiKey.revoked_at} clock="system" />
      </span>
    )
  if (!apiKey.expires_at) return <span className="text-ink-3">Valid, does not expire</span>
  const over = new Date(apiKey.expires_at) <= now
  return (
    <span className="inline-flex items-center gap-1.5 text-ink-3">
      {over ? (
        <Badge tone="warn" icon={<Clock aria-hidden />}>
          Expired
        </Badge>
      ) : (
        "Valid, expires"
      )}{" "}
      <When at={apiKey.expires_at} clock="system" />
    </span>
  )
}
