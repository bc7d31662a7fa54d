import { useNavigate } from "@tanstack/react-router"
import { ArrowLeft, MousePointerClick } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { useKeys } from "@/ui/keys"
import { between, following } from "@/ui/merge"
import { Page } from "@/ui/page"
import { Scroll } from "@/ui/scroll"
import { Empty } from "@/ui/states"
import { useAnswering } from "./answering"
import { Bulk, type Refusal, Refusals } from "./bulk"
import { Detail } from "./detail"
import { Filters, StateTabs } from "./filters"
import { last } from "./given"
import { HeldStrip } from "./held-strip"
import { useInbox, useLiveInbox, useWide } from "./inbox"
import { List } from "./list"
import type { Approval } from "./queries"
import { approvalsRoute } from "./routes"
import type { InboxSearch } from "./search"

const TOPBAR_PIXELS = 72

/** The inbox: what waits for a person beside the case itself; on a phone one at a time. */
export function ApprovalsPage() {
  const search = approvalsRoute.useSearch()
  const navigate = useNavigate({ from: approvalsRoute.fullPath })
  const can = useCan()
  const wide = useWide()
  const inbox = useInbox(search)
  useLiveInbox(inbox.entries)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [anchor, setAnchor] = useState<string>()
  const [refused, setRefused] = useState<Refusal[]>([])
  const entries = inbox.entries
  const ids = entries?.map(({ row }) => row.id) ?? []
  const current = search.id

  const open = (id: string | undefined, replace = wide) =>
    void navigate({ search: (now) => ({ ...now, id }), replace, resetScroll: !wide })
  const filter = (change: Partial<InboxSearch>, replace = false) => {
    setChosen(new Set())
    void navigate({
      search: (now) => ({ ...now, after: undefined, ...(wide && { id: undefined }), ...change }),
      replace,
      resetScroll: false,
    })
  }

  // Side by side something is always open; which one is in the URL, so that news do not change it.
  const first = inbox.changing ? undefined : entries?.find((entry) => !entry.gone)?.row.id
  useEffect(() => {
    if (wide && !current && first)
      void navigate({ search: (now) => ({ ...now, id: first }), replace: true, resetScroll: false })
  }, [wide, current, first, navigate])

  const answering = useAnswering((id) => open(id))
  const onAnswered = () => {
    if (!current) return
    const living = entries?.filter((each) => !each.gone || each.row.id === current).map(({ row }) => row.id) ?? []
    const next = following(living, current)
    open(next === current ? undefined : next, true)
  }

  const answers = can("kernel:approval:answer")
  const selectable = answers && (search.state ?? "open") === "open"
  const answerable = (row: Approval) => !row.held && !row.blind
  const rows = entries?.filter((entry) => !entry.gone).map(({ row }) => row) ?? []
  const selected = rows.filter((row) => chosen.has(row.id) && answerable(row))
  const toggle = (id: string, range: boolean) => {
    const next = new Set(chosen)
    const may = new Set(rows.filter(answerable).map((row) => row.id))
    if (range && anchor) for (const each of between(ids, anchor, id)) may.has(each) && next.add(each)
    else if (next.has(id)) next.delete(id)
    else if (may.has(id)) next.add(id)
    setAnchor(id)
    setChosen(next)
  }

  const step = (by: number, extend = false) => {
    const at = current ? ids.indexOf(current) : -1
    const to = ids[Math.max(0, Math.min(ids.length - 1, at + by))]
    if (!to) return
    if (extend && selectable) {
      const may = new Set(rows.filter(answerable).map((row) => row.id))
      setChosen(new Set([...chosen, ...[current, to].filter((id): id is string => id !== undefined && may.has(id))]))
      setAnchor(to)
    }
    open(to, true)
  }
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    J: () => step(1, true),
    K: () => step(-1, true),
    ...(selectable && current ? { x: () => toggle(current, false) } : {}),
    ...(answers
      ? {
          z: () => {
            const given = last()
            const [mine] = inbox.mine
            if (given) void answering.takeBack(given)
            else if (mine) void answering.release(mine.id)
          },
        }
      : {}),
    ...(!wide && current ? { Escape: () => open(undefined) } : {}),
  })

  const panel = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another case begins at its top
  useEffect(() => {
    const top = panel.current?.getBoundingClientRect().top ?? 0
    if (top < TOPBAR_PIXELS) scrollBy({ top: top - TOPBAR_PIXELS })
  }, [current])

  const alone = !wide && current !== undefined
  const filtered = Boolean(search.q || search.risk || search.tier || search.kind || search.assignee || search.after)
  return (
    <Page
      title="Approvals"
      lead={alone ? undefined : "What the rules leave to a person. Nothing happens until somebody answers."}
      actions={
        alone && (
          <Button onClick={() => open(undefined, false)}>
            <ArrowLeft aria-hidden /> All cases
          </Button>
        )
      }
    >
      {!alone && (
        <>
          <StateTabs
            search={search}
            onChange={filter}
            open={(search.state ?? "open") === "open" ? inbox.facets?.total : undefined}
            held={inbox.held}
          />
          <Filters search={search} facets={inbox.facets} onChange={filter} />
        </>
      )}
      <Refusals refused={refused} onClose={() => setRefused([])} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(19rem,24rem)_minmax(0,1fr)]">
        {!alone && (
          <Scroll
            label="List of cases"
            className={cn(
              "card overflow-x-hidden lg:sticky lg:top-[4.5rem] lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto",
              inbox.changing && entries && "opacity-60",
            )}
          >
            {selectable && (
              <Bulk
                rows={rows}
                selected={selected}
                onSelect={(next) => setChosen(new Set(next))}
                answering={answering}
                onRefused={setRefused}
              />
            )}
            <HeldStrip rows={inbox.mine} answering={answering} onShow={() => filter({ state: "held" })} />
            <List
              entries={entries}
              error={inbox.list.error}
              retry={() => void inbox.list.refetch()}
              waiting={inbox.waiting}
              onAdopt={inbox.adopt}
              current={current}
              selected={chosen}
              selectable={selectable}
              push={!wide}
              search={search}
              onToggle={toggle}
              total={search.state === "held" ? undefined : inbox.facets?.total}
              capped={inbox.facets?.capped ?? false}
              next={search.state === "held" ? null : inbox.list.data?.next}
              onPage={(after) => filter({ after })}
              onClear={
                filtered
                  ? () =>
                      filter({ q: undefined, risk: undefined, tier: undefined, kind: undefined, assignee: undefined })
                  : undefined
              }
            />
          </Scroll>
        )}
        {(wide || alone) && (
          <div ref={panel} className="card min-w-0">
            {current ? (
              <Detail
                key={current}
                id={current}
                answering={answering}
                onAnswered={onAnswered}
                keys={selected.length === 0}
              />
            ) : (
              <Empty icon={<MousePointerClick />} title="No case is open">
                Choose one on the left.
              </Empty>
            )}
          </div>
        )}
      </div>
    </Page>
  )
}
