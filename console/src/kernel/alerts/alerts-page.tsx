import { getRouteApi } from "@tanstack/react-router"
import { useState } from "react"
import { useCan, useMe } from "@/app/session"
import { Button } from "@/ui/button"
import { Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { useKeys } from "@/ui/keys"
import { following } from "@/ui/merge"
import { Page } from "@/ui/page"
import { SidePanel } from "@/ui/side-panel"
import { Failed, Loading } from "@/ui/states"
import { type Ending, useActing } from "./acting"
import { Bulk } from "./bulk"
import { Detail } from "./detail"
import { EndDialog } from "./end-dialog"
import { Filters, StateBar } from "./filters"
import { useInbox } from "./inbox"
import { inOrder, List, Nothing } from "./list"
import { type AlertSearch, isFiltered, UNFILTERED } from "./search"
import { SnoozeDialog } from "./snooze-dialog"

const route = getRouteApi("/alerts")

/** What is to end; `ids` null: everything that is open. */
interface Ask {
  state: Ending
  ids: string[] | null
  what: string
}

/** What people should hear of, and what they do about it. */
export function AlertsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const may = useCan()("kernel:alert:resolve")
  const me = useMe()
  const inbox = useInbox(search)
  const acting = useActing(inbox)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<Ask | null>(null)
  const [snoozing, setSnoozing] = useState<string | null>(null)

  const entries = inbox.entries
  const living = entries?.filter(({ gone }) => !gone) ?? []
  const ids = entries ? inOrder(entries, search.group) : []
  const rowOf = (id: string | undefined) => entries?.find(({ row }) => row.id === id)?.row
  const current = rowOf(search.peek)
  const selectable = may && ["open", "acknowledged", "snoozed"].includes(search.state ?? "open")
  const selected = living.map(({ row }) => row.id).filter((id) => chosen.has(id))

  const look = (peek: string | undefined) =>
    void navigate({ search: (now) => ({ ...now, peek }), replace: true, resetScroll: false })
  const change = (part: Partial<AlertSearch>) => {
    setChosen(new Set())
    void navigate({ search: (now) => ({ ...now, after: undefined, peek: undefined, ...part }), resetScroll: false })
  }
  const step = (by: number) => {
    const at = search.peek ? ids.indexOf(search.peek) : -1
    const to = ids[Math.max(0, Math.min(ids.length - 1, at + by))]
    if (to) look(to)
  }
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const askFor = (state: Ending, of: string[]) =>
    setAsking({ state, ids: of, what: of.length === 1 ? "this alert" : `${count(of.length)} alerts` })
  const end = async (note: string) => {
    if (!asking) return
    const next = search.peek && asking.ids?.includes(search.peek) ? following(ids, search.peek) : search.peek
    await acting.end(asking.ids, asking.state, note, asking.ids ? undefined : search.severity)
    setChosen(new Set())
    if (next !== search.peek) look(asking.ids?.includes(next ?? "") ? undefined : next)
  }
  const act = selectable && current?.state === "open" ? current : undefined
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ...(selectable && current ? { x: () => toggle(current.id) } : {}),
    ...(selectable && selected.length > 0 ? { e: () => askFor("resolved", selected) } : {}),
    ...(act
      ? {
          ...(act.acknowledged_by ? {} : { a: () => acting.acknowledge.mutate([act.id]) }),
          s: () => setSnoozing(act.id),
          ...(selected.length === 0 ? { e: () => askFor("resolved", [act.id]) } : {}),
          ...(me?.kind === "user"
            ? { m: () => acting.assign.mutate({ id: act.id, userId: act.assignee === me.id ? null : me.id }) }
            : {}),
        }
      : {}),
  })

  const total = inbox.facets && `${inbox.facets.capped ? "over " : ""}${count(inbox.facets.total)}`
  const isPlain = !search.kind && !search.cause && !search.component && !search.assignee
  return (
    <Page
      title="Alerts"
      lead="What a person should know of. Alerts of the same cause are one, counted, until it ends."
      actions={
        selectable &&
        !search.state &&
        isPlain &&
        (inbox.facets?.total ?? 0) > 0 && (
          <Button
            onClick={() =>
              setAsking({
                state: "cleared",
                ids: null,
                what: search.severity ? `all ${search.severity.join(" and ")} alerts` : "all alerts",
              })
            }
          >
            Clear all…
          </Button>
        )
      }
    >
      <StateBar search={search} onChange={change} counts={inbox.states} />
      <Filters search={search} onChange={change} counts={inbox.facets} />
      <div className="flex items-start gap-4">
        <div className="card min-w-0 flex-1" aria-busy={inbox.changing}>
          {!entries ? (
            inbox.list.error ? (
              <Failed error={inbox.list.error} retry={() => void inbox.list.refetch()} />
            ) : (
              <Loading rows={8} />
            )
          ) : entries.length === 0 && inbox.waiting === 0 ? (
            <Nothing search={search} onClear={isFiltered(search) ? () => change(UNFILTERED) : undefined} />
          ) : (
            <>
              {selectable && (
                <Bulk
                  ids={living.map(({ row }) => row.id)}
                  selected={selected}
                  acting={acting}
                  onSelect={(next) => setChosen(new Set(next))}
                  onEnd={(state) => askFor(state, selected)}
                />
              )}
              <List
                entries={entries}
                waiting={inbox.waiting}
                onAdopt={inbox.adopt}
                current={search.peek}
                selected={chosen}
                selectable={selectable}
                search={search}
                onToggle={toggle}
                groups={search.group ? inbox.groups : undefined}
                onOnly={(only) => change({ ...only, group: undefined })}
              />
              {(search.after || inbox.list.data?.next) && (
                <Pager
                  shown={entries.length}
                  total={total}
                  after={search.after}
                  next={inbox.list.data?.next}
                  onPage={(after) => change({ after })}
                />
              )}
            </>
          )}
        </div>
        {search.peek && (
          <SidePanel title="Alert" opens={false} onClose={() => look(undefined)}>
            <Detail
              key={search.peek}
              alertId={search.peek}
              acting={acting}
              may={may}
              onSnooze={() => setSnoozing(search.peek ?? null)}
              onEnd={(state) => search.peek && askFor(state, [search.peek])}
            />
          </SidePanel>
        )}
      </div>
      {asking && (
        <EndDialog
          what={asking.what}
          all={asking.ids === null}
          many={asking.ids === null || asking.ids.length > 1}
          state={asking.state}
          onClose={() => setAsking(null)}
          onEnd={end}
        />
      )}
      {snoozing && (
        <SnoozeDialog
          what="this alert"
          onClose={() => setSnoozing(null)}
          onSnooze={(until) => {
            const next = following(ids, snoozing)
            if (search.peek === snoozing) look(next === snoozing ? undefined : next)
            acting.snooze.mutate({ id: snoozing, until })
          }}
        />
      )}
    </Page>
  )
}
