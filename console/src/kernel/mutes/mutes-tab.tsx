import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { BellOff, SearchX, X } from "lucide-react"
import { useState } from "react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Chips, SearchBox } from "@/ui/facets"
import { actor, words } from "@/ui/format"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { EndMute } from "./end-mute"
import { type Mute, type MuteStanding, mutesQuery } from "./queries"

const STANDINGS: [MuteStanding, string][] = [
  ["open", "In force"],
  ["expired", "Ran out"],
  ["ended", "Ended early"],
]

interface Search {
  standing?: MuteStanding
  value?: string
  rule?: string
  after?: string
  at?: string
}

/** Rules that do not ask about a customer for a while, and those that asked again. */
export function MutesTab({
  search,
  onChange,
  onPage,
}: {
  search: Search
  onChange: (part: Search, replace?: boolean) => void
  onPage: (after: string | undefined) => void
}) {
  const mayManage = useCan()("kernel:list:manage")
  const [ending, setEnding] = useState<Mute | null>(null)
  const standing = search.standing ?? "open"
  const mutes = useQuery(mutesQuery({ standing, value: search.value, rule: search.rule, after: search.after }))
  const filtered = Boolean(search.value || search.rule || search.standing || search.after)
  if (mutes.error && !mutes.data)
    return (
      <div className="card">
        <Failed error={mutes.error} retry={() => void mutes.refetch()} />
      </div>
    )
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search by customer"
          placeholder="The customer, in full…"
          value={search.value}
          onChange={(value) => onChange({ value }, true)}
        />
        <Chips
          label="How they stand"
          choices={STANDINGS.map(([value, label]) => ({ value, label }))}
          chosen={[standing]}
          onChange={(next) => {
            const other = next?.find((each) => each !== standing)
            if (other) onChange({ standing: other === "open" ? undefined : other })
          }}
        />
        {search.rule && (
          <Button onClick={() => onChange({ rule: undefined })}>
            Only {words(search.rule)} <X aria-label="Remove this filter" />
          </Button>
        )}
      </div>
      <DataTable
        label="Muted rules"
        columns={columnsOf(standing, mayManage ? setEnding : null)}
        rows={mutes.data?.items}
        rowId={(mute) => mute.id}
        busy={mutes.isPlaceholderData}
        current={search.at}
        onCurrent={(mute) => onChange({ after: search.after, at: mute.id }, true)}
        empty={
          filtered ? (
            <Empty
              icon={<SearchX />}
              title="No such muted rule"
              action={
                <Button onClick={() => onChange({ value: undefined, rule: undefined, standing: undefined })}>
                  Show those in force
                </Button>
              }
            />
          ) : (
            <Empty
              icon={<BellOff />}
              title="No rule is muted"
              action={
                <Button asChild>
                  <Link to="/decisions" search={{ verdict: ["ask"] }}>
                    Decisions that asked
                  </Link>
                </Button>
              }
            >
              A rule that keeps asking about one good customer can be muted for them for a while. Open a decision that
              asked, and choose “Mute for this customer” beside the rule.
            </Empty>
          )
        }
        footer={
          (search.after || mutes.data?.next) && (
            <Pager shown={mutes.data?.items.length ?? 0} after={search.after} next={mutes.data?.next} onPage={onPage} />
          )
        }
      />
      <EndMute mute={ending} onClose={() => setEnding(null)} />
    </div>
  )
}

function columnsOf(standing: MuteStanding, onEnd: ((mute: Mute) => void) | null): Column<Mute>[] {
  const columns: (Column<Mute> | false)[] = [
    {
      id: "rule",
      header: "Rule",
      cell: (mute) => (
        <span className="flex items-baseline gap-2">
          <Link to="/policy/$kind" params={{ kind: mute.kind }} className="truncate font-medium hover:underline">
            {words(mute.rule)}
          </Link>
          <span className="truncate text-xs text-ink-3">{words(mute.kind)}</span>
        </span>
      ),
    },
    {
      id: "customer",
      header: "Customer",
      cell: (mute) => (
        <span>
          <span className="num font-medium">{mute.shown}</span>{" "}
          <span className="text-xs text-ink-3">{words(mute.field)}</span>
        </span>
      ),
    },
    {
      id: "reason",
      header: "Reason",
      wide: true,
      cell: (mute) => <span title={mute.reason}>{mute.reason}</span>,
    },
    {
      id: "made",
      header: "Muted",
      wide: true,
      cell: (mute) => (
        <span className="text-ink-3">
          <When at={mute.made_at} /> by {actor(mute.made_by)}
        </span>
      ),
    },
    standing !== "ended" && {
      id: "until",
      header: standing === "open" ? "Asks again" : "Asked again",
      cell: (mute) => <When at={mute.until} />,
    },
    standing === "ended" && {
      id: "ended",
      header: "Ended",
      cell: (mute) => (
        <span className="text-ink-3" title={mute.ended_reason ?? undefined}>
          {mute.ended_at && <When at={mute.ended_at} />}
          {mute.ended_by && ` by ${actor(mute.ended_by)}`}
          {mute.ended_reason && `: ${mute.ended_reason}`}
        </span>
      ),
    },
    standing === "open" &&
      onEnd !== null && {
        id: "acts",
        header: <span className="sr-only">Actions</span>,
        align: "right",
        cell: (mute) => (
          <Button
            size="sm"
            aria-label={`End the mute of ${words(mute.rule)} for ${mute.shown}`}
            onClick={() => onEnd(mute)}
          >
            End…
          </Button>
        ),
      },
  ]
  return columns.filter((column) => column !== false)
}
