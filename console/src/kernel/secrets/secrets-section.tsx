import { useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { CircleX, Plus, Search, Vault } from "lucide-react"
import { useState } from "react"
import { useCan } from "@/app/session"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Chips, SearchBox } from "@/ui/facets"
import { ReadOnly } from "@/ui/form-parts"
import { useRoom } from "@/ui/side-panel"
import { Empty, Failed } from "@/ui/states"
import { useNow, When } from "@/ui/when"
import { CreateDialog } from "./create-dialog"
import { readView, secretsQuery } from "./queries"
import { SecretPanel } from "./secret-panel"
import { VaultCard } from "./vault-card"
import { connectionLabel, nextDue, type Secret, standing, VIEW_LABELS, VIEWS, type View } from "./wording"

const CHOICES = VIEWS.map((value) => ({ value, label: VIEW_LABELS[value] }))

/** Credentials that the product uses for the organisation: where each may go, how old it is, and when to renew it. */
export default function SecretsSection() {
  const { after, words, state, peek } = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const mayManage = useCan()("kernel:secret:manage")
  const room = useRoom()
  const now = useNow()
  const [creating, setCreating] = useState(false)
  const view = readView(state)
  const secrets = useQuery(secretsQuery(view, words, after))
  const rows = secrets.data?.items
  const look = (id: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, peek: id }), replace: true, resetScroll: false })
  const narrow = (change: { words?: string; state?: View }, replace = false) =>
    void navigate({ search: (old) => ({ ...old, after: undefined, peek: undefined, ...change }), replace })
  const filtered = view !== undefined || words !== undefined
  const none = rows?.length === 0 && !after && !filtered
  const create = mayManage && (
    <Button variant="solid" onClick={() => setCreating(true)}>
      <Plus /> Keep a secret
    </Button>
  )
  const columns = peek && room ? COLUMNS(now).filter(({ id }) => BESIDE.has(id)) : COLUMNS(now)
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h2 className="text-[15px] font-semibold">Secrets</h2>
          <p className="text-xs text-ink-3">
            Credentials that the product uses for you. Each is bound to one connection and the hosts it may go to;
            nobody reads a value back.
          </p>
        </div>
        {!none && create}
      </div>
      {!mayManage && <ReadOnly>Your role may see that secrets exist, but not keep or change them.</ReadOnly>}
      <VaultCard />
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search secrets by name"
          placeholder="Search by name"
          value={words}
          onChange={(next) => narrow({ words: next }, true)}
        />
        <Chips
          label="Which secrets"
          choices={CHOICES}
          chosen={view ? [view] : []}
          onChange={(chosen) => narrow({ state: chosen?.find((each) => each !== view) })}
        />
      </div>
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          {secrets.error && !secrets.data ? (
            <Failed error={secrets.error} retry={() => void secrets.refetch()} />
          ) : (
            <DataTable
              label="Secrets"
              columns={columns}
              rows={rows}
              rowId={(secret) => secret.id}
              busy={secrets.isPlaceholderData}
              current={peek}
              onCurrent={(secret) => look(secret.id)}
              empty={
                filtered ? (
                  <Empty
                    icon={<Search />}
                    title={view === "due" && !words ? "Nothing is to be renewed" : "No secret is like that"}
                    action={
                      <Button onClick={() => narrow({ words: undefined, state: undefined })}>Show all secrets</Button>
                    }
                  >
                    {view === "due" && !words && "No secret expires or is to be renewed within the next two weeks."}
                  </Empty>
                ) : (
                  <Empty icon={<Vault />} title="No secret yet" action={create || undefined}>
                    Keep the token of a bank or a service here instead of in a file: encrypted, bound to what uses it,
                    and every use on the record. Channels and webhooks keep theirs here by themselves.
                  </Empty>
                )
              }
              footer={
                (after || secrets.data?.next) && (
                  <Pager
                    shown={rows?.length ?? 0}
                    after={after}
                    next={secrets.data?.next}
                    onPage={(next) => void navigate({ search: (old) => ({ ...old, peek: undefined, after: next }) })}
                  />
                )
              }
            />
          )}
        </div>
        {peek && <SecretPanel key={room ? "side" : peek} id={peek} onClose={() => look(undefined)} />}
      </div>
      {creating && (
        <CreateDialog
          onClose={() => setCreating(false)}
          onKept={(id) => {
            setCreating(false)
            look(id)
          }}
        />
      )}
    </>
  )
}

/** What stays of the table when one secret is open beside it. */
const BESIDE = new Set(["name", "state", "due"])

const COLUMNS = (now: Date): Column<Secret>[] => [
  { id: "name", header: "Name", cell: (secret) => <span className="font-medium">{secret.name}</span> },
  { id: "state", header: "State", cell: (secret) => <State secret={secret} now={now} /> },
  {
    id: "connection",
    header: "Connection",
    wide: true,
    cell: (secret) => <span title={secret.connection}>{connectionLabel(secret.connection)}</span>,
  },
  { id: "destinations", header: "Destinations", wide: true, cell: (secret) => <Destinations secret={secret} /> },
  {
    id: "age",
    header: "Value since",
    wide: true,
    cell: (secret) => <When at={secret.rotated_at} clock="system" />,
  },
  {
    id: "due",
    header: "Renew or expires",
    cell: (secret) => {
      const due = nextDue(secret)
      return due ? <When at={due} clock="system" /> : <span className="text-ink-3">No date</span>
    },
  },
  {
    id: "used",
    header: "Last used",
    wide: true,
    cell: (secret) =>
      secret.last_used_at ? (
        <When at={secret.last_used_at} clock="system" />
      ) : (
        <span className="text-ink-3">Never</span>
      ),
  },
]

function State({ secret, now }: { secret: Secret; now: Date }) {
  const { label, tone } = standing(secret, now)
  return (
    <Badge tone={tone} icon={tone === "bad" ? <CircleX aria-hidden /> : undefined}>
      {label}
    </Badge>
  )
}

function Destinations({ secret: { destinations } }: { secret: Secret }) {
  const [first, ...others] = destinations
  if (!first) return <span className="text-ink-3">Never leaves</span>
  return (
    <span title={destinations.join(", ")}>
      <span className="mono text-xs">{first}</span>
      {others.length > 0 && <span className="text-ink-3"> and {others.length} more</span>}
    </span>
  )
}
