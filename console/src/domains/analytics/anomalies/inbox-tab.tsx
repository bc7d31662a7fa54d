import { ArrowLeft, MousePointerClick, ScanSearch } from "lucide-react"
import { lazy, Suspense, useEffect, useState } from "react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Pager } from "@/ui/data-table"
import { count } from "@/ui/format"
import { useKeys } from "@/ui/keys"
import { following } from "@/ui/merge"
import { Scroll } from "@/ui/scroll"
import { Empty, Failed, Loading } from "@/ui/states"
import { toast } from "@/ui/toast"
import { type Ending, useActing } from "./acting"
import { Detail } from "./detail"
import { Filters, StateBar } from "./filters"
import { useInbox, useWide } from "./inbox"
import { holds, List, Nothing } from "./list"
import { anomaliesRoute } from "./routes"
import { type AnomaliesSearch, type Anomaly, isFiltered, NO_FILTER } from "./search"
import { hasEnded, isOpen, titleOf } from "./words"

const EndDialog = lazy(async () => ({ default: (await import("./end-dialog")).EndDialog }))
const MuteDialog = lazy(async () => ({ default: (await import("./mute-dialog")).MuteDialog }))

type Asking = { row: Anomaly; act: "mute" } | { row: Anomaly; act: Ending; many: boolean }

/** What was found, beside the one that is looked at; on a phone one at a time. */
export function Inbox({ look }: { look: (() => void) | undefined }) {
  const search = anomaliesRoute.useSearch()
  const navigate = anomaliesRoute.useNavigate()
  const may = useCan()("ai_analytics:detect")
  const wide = useWide()
  const inbox = useInbox(search)
  const [asking, setAsking] = useState<Asking | null>(null)
  const { bundles } = inbox
  const ids = bundles?.map(({ id }) => id) ?? []
  const current = search.id
  const shown = bundles?.find((each) => holds(each, current))

  const open = (id: string | undefined, replace = wide) =>
    void navigate({ search: (now) => ({ ...now, id }), replace, resetScroll: !wide })
  const change = (part: Partial<AnomaliesSearch>) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, id: undefined, ...part }), resetScroll: false })
  const acting = useActing({
    standing: search.state ?? "open",
    send: inbox.send,
    onSent: (sent) => {
      if (!current || !sent.includes(current)) return
      const next =
        shown && !shown.rows.every(({ id }) => sent.includes(id)) ? undefined : following(ids, shown?.id ?? "")
      open(next === shown?.id ? undefined : next, true)
    },
  })

  // Side by side one is always open; which is in the address, so that news do not change it.
  const first = inbox.changing ? undefined : bundles?.find(({ gone }) => !gone)?.id
  useEffect(() => {
    if (wide && !current && first)
      void navigate({ search: (now) => ({ ...now, id: first }), replace: true, resetScroll: false })
  }, [wide, current, first, navigate])

  const step = (by: number) => {
    const at = shown ? ids.indexOf(shown.id) : -1
    const to = ids[Math.max(0, Math.min(ids.length - 1, at + by))]
    if (to) open(to, true)
  }
  const row = shown?.rows.find(({ id }) => id === current)
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ...(!wide && current ? { Escape: () => open(undefined) } : {}),
    ...(may && row && !hasEnded(row.state)
      ? {
          e: () => setAsking({ row, act: "resolved", many: false }),
          d: () => setAsking({ row, act: "dismissed", many: false }),
          ...(isOpen(row.state) ? { s: () => setAsking({ row, act: "mute" }) } : {}),
        }
      : {}),
  })

  const { facets, list } = inbox
  const alone = !wide && current !== undefined
  if (alone)
    return (
      <div className="card min-w-0">
        <div className="border-b p-2">
          <Button variant="ghost" onClick={() => open(undefined, false)}>
            <ArrowLeft aria-hidden /> All anomalies
          </Button>
        </div>
        {detail(current)}
        {dialogs()}
      </div>
    )
  return (
    <div className="flex flex-col gap-3">
      <StateBar search={search} counts={facets} onChange={change} />
      <Filters search={search} counts={facets} onChange={change} />
      {bundles?.length === 0 && inbox.waiting === 0 && (!current || !wide) ? (
        <div className="card">{nothing()}</div>
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(19rem,24rem)_minmax(0,1fr)]">
          <Scroll
            label="List of anomalies"
            className={cn(
              "card overflow-x-hidden lg:sticky lg:top-[4.5rem] lg:max-h-[calc(100dvh-6rem)] lg:overflow-y-auto",
              inbox.changing && bundles && "opacity-60",
            )}
          >
            {!bundles ? (
              list.error ? (
                <Failed error={list.error} retry={() => void list.refetch()} />
              ) : (
                <Loading rows={8} />
              )
            ) : bundles.length === 0 && inbox.waiting === 0 ? (
              nothing()
            ) : (
              <List bundles={bundles} waiting={inbox.waiting} onAdopt={inbox.adopt} search={search} push={!wide} />
            )}
            {(search.after || list.data?.next) && (
              <Pager
                shown={inbox.shown}
                total={facets && `${facets.capped ? "over " : ""}${count(facets.total)}`}
                after={search.after}
                next={list.data?.next}
                onPage={(after) => change({ after })}
              />
            )}
          </Scroll>
          {wide && (
            <div className="card min-w-0">
              {current ? (
                detail(current)
              ) : (
                <Empty icon={<MousePointerClick />} title="No anomaly is open">
                  Choose one on the left.
                </Empty>
              )}
            </div>
          )}
        </div>
      )}
      {dialogs()}
    </div>
  )

  function nothing() {
    return (
      <Nothing
        search={search}
        onClear={isFiltered(search) ? () => change(NO_FILTER) : undefined}
        action={
          look && (
            <Button onClick={() => look()}>
              <ScanSearch aria-hidden /> Look now
            </Button>
          )
        }
      />
    )
  }

  function detail(id: string) {
    return (
      <Detail
        key={id}
        id={id}
        search={search}
        acting={acting}
        onMute={(of) => setAsking({ row: of, act: "mute" })}
        onEnd={(of, act, many) => setAsking({ row: of, act, many })}
      />
    )
  }

  function dialogs() {
    if (!asking) return null
    const { row: of } = asking
    const close = () => setAsking(null)
    return (
      <Suspense>
        {asking.act === "mute" ? (
          <MuteDialog
            what={titleOf(of)}
            onClose={close}
            onMute={async (until) => {
              await acting.write(of.id, { state: "muted", muted_until: until.toISOString() })
              toast("Muted: it comes back by itself")
            }}
          />
        ) : (
          <EndDialog
            row={of}
            state={asking.act}
            many={asking.many}
            onClose={close}
            onEnd={async (resolution, feedback) => {
              if (asking.many) return acting.endGroup(of, asking.act, resolution, feedback)
              await acting.write(of.id, {
                state: asking.act,
                ...(resolution && { resolution }),
                ...(feedback && { feedback }),
              })
              toast(asking.act === "resolved" ? "Resolved" : "Dismissed")
            }}
          />
        )}
      </Suspense>
    )
  }
}
