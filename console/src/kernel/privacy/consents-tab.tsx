import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { Ban, CircleCheck, Handshake, Plus, Search } from "lucide-react"
import { useState } from "react"
import { api, query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Chips, SearchBox } from "@/ui/facets"
import { Input } from "@/ui/field"
import { actor } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { ConsentDialog } from "./consent-dialog"

type Consent = Schema["ConsentView"]
const route = getRouteApi("/privacy")

const COLUMNS: Column<Consent>[] = [
  { id: "person", header: "Who", cell: (each) => <span className="font-medium">{each.person}</span> },
  { id: "purpose", header: "For what", cell: (each) => <span className="mono text-xs">{each.purpose}</span> },
  { id: "state", header: "What they said", cell: (each) => <Said state={each.state} /> },
  { id: "text", header: "Text", wide: true, cell: (each) => `version ${each.text_version}` },
  { id: "source", header: "Where", wide: true, cell: (each) => each.source },
  { id: "at", header: "Said", cell: (each) => <When at={each.at} /> },
  {
    id: "by",
    header: "Taken down by",
    wide: true,
    cell: (each) => <span className="text-ink-3">{actor(each.recorded_by)}</span>,
  },
]

function Said({ state }: { state: Consent["state"] }) {
  return state === "given" ? (
    <Badge tone="info" icon={<CircleCheck aria-hidden />}>
      Agreed
    </Badge>
  ) : (
    <Badge icon={<Ban aria-hidden />}>Withdrew</Badge>
  )
}

/** Where one person stands, and everything that was said. */
export function ConsentsTab() {
  const { purpose, after, at } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const [person, setPerson] = useState("")
  const [recording, setRecording] = useState(false)
  const look = useMutation({
    mutationFn: async (who: string) =>
      (await api.POST("/api/v1/privacy/consents/current", { body: { person: who } })).data!,
    onError: (error) => toastError(error, "They could not be looked up"),
  })
  const consents = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/privacy/consents",
      { params: { query: { purpose, after } } },
      { placeholderData: keepPreviousData },
    ),
  )
  const record = can("kernel:person:consent") && (
    <Button variant="solid" onClick={() => setRecording(true)}>
      <Plus aria-hidden /> Take down a consent
    </Button>
  )
  const none = consents.data?.items.length === 0 && !purpose && !after
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <form
          className="flex flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (person.trim().length >= 3) look.mutate(person.trim())
          }}
        >
          <Input
            type="search"
            aria-label="E-mail, telephone or reference of a person"
            placeholder="E-mail, telephone or reference"
            className="sm:w-64"
            value={person}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => setPerson(event.target.value)}
          />
          <Button type="submit" busy={look.isPending} disabled={person.trim().length < 3}>
            {!look.isPending && <Search aria-hidden />} Where do they stand?
          </Button>
        </form>
        {!none && record}
      </div>
      {look.data && <Standing found={look.data} onClose={() => look.reset()} />}
      {!none && (
        <SearchBox
          label="Filter by purpose"
          value={purpose}
          onChange={(next) =>
            void navigate({ search: { tab: "consents", purpose: next?.toLowerCase() }, replace: true })
          }
        />
      )}
      {consents.error && !consents.data ? (
        <Failed error={consents.error} retry={() => void consents.refetch()} />
      ) : (
        <DataTable
          label="Consents and withdrawals"
          columns={COLUMNS}
          rows={consents.data?.items}
          rowId={(each) => each.id}
          busy={consents.isPlaceholderData}
          current={at}
          onCurrent={(each) => void navigate({ search: (now) => ({ ...now, at: each.id }), replace: true })}
          empty={
            <Empty
              icon={<Handshake />}
              title={none ? "Nobody has said anything yet" : "Nothing about this purpose"}
              action={none ? record || undefined : undefined}
            >
              A consent names a person, a purpose and the text they agreed to. A withdrawal is a new line; what was said
              before stays on record. Silence is no consent.
            </Empty>
          }
          footer={
            (after || consents.data?.next) && (
              <Pager
                shown={consents.data?.items.length ?? 0}
                after={after}
                next={consents.data?.next}
                onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next, at: undefined }) })}
              />
            )
          }
        />
      )}
      {recording && (
        <ConsentDialog
          person={person.trim()}
          onClose={() => setRecording(false)}
          onRecorded={(who) => {
            setPerson(who)
            look.mutate(who)
          }}
        />
      )}
    </div>
  )
}

function Standing({ found, onClose }: { found: Schema["CurrentConsents"]; onClose: () => void }) {
  const [whole, setWhole] = useState<"now" | "history">("now")
  const rows = whole === "now" ? found.items : found.history
  return (
    <Card
      title={`Where ${found.person} stands`}
      actions={
        <>
          <Chips
            label="How far back"
            choices={[
              { value: "now", label: "Now" },
              { value: "history", label: "History", count: found.history.length },
            ]}
            chosen={[whole]}
            onChange={(next) => setWhole(next?.find((each) => each !== whole) ?? whole)}
          />
          <Button variant="ghost" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      {rows.length === 0 ? (
        <p className="text-[13px] text-ink-2">They have said nothing here. That is no consent to anything.</p>
      ) : (
        <DataTable
          label={whole === "now" ? "The last they said about each purpose" : "Everything they said"}
          columns={COLUMNS.filter(({ id }) => id !== "person")}
          rows={rows}
          rowId={(each) => each.id}
        />
      )}
      {whole === "history" && found.more && <p className="mt-2 text-xs text-ink-3">There is more, longer ago.</p>}
    </Card>
  )
}
