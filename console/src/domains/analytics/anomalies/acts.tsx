import { useQuery } from "@tanstack/react-query"
import { BellOff, Check, RotateCcw, ThumbsUp, UserRound, X } from "lucide-react"
import { useCan, useMe } from "@/app/session"
import { membersQuery } from "@/kernel/alerts/queries"
import { Kbd } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Menu, type MenuItem } from "@/ui/menu"
import { toast } from "@/ui/toast"
import type { Acting, Ending } from "./acting"
import { taught } from "./end-dialog"
import type { AnomalyDetail } from "./queries"
import { hasEnded, isOpen } from "./words"

interface Props {
  row: AnomalyDetail
  acting: Acting
  onMute: () => void
  onEnd: (state: Ending, many: boolean) => void
}

/** What can be done about an anomaly. */
export function Acts({ row, acting, onMute, onEnd }: Props) {
  const can = useCan()
  if (!can("ai_analytics:detect")) return null
  const busy = acting.quick.isPending
  const open = row.members.filter(({ state }) => !hasEnded(state)).length
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {hasEnded(row.state) || row.state === "muted" ? (
        <Button
          busy={busy}
          onClick={() => {
            const state = row.assignee ? ("assigned" as const) : ("open" as const)
            acting.quick.mutate({ id: row.id, change: { state }, expect: { state, muted_until: null } })
          }}
        >
          {!busy && <RotateCcw aria-hidden />} {row.state === "muted" ? "Unmute" : "Open again"}
        </Button>
      ) : (
        <Assign row={row} acting={acting} />
      )}
      {!hasEnded(row.state) && (
        <>
          <Button variant="solid" onClick={() => onEnd("resolved", false)}>
            <Check aria-hidden /> Resolve… <Key>e</Key>
          </Button>
          {open > 1 && <Button onClick={() => onEnd("resolved", true)}>Resolve all {open}…</Button>}
          {isOpen(row.state) && (
            <Button onClick={onMute}>
              <BellOff aria-hidden /> Mute… <Key>s</Key>
            </Button>
          )}
          <Button variant="ghost" onClick={() => onEnd("dismissed", false)}>
            <X aria-hidden /> Dismiss… <Key>d</Key>
          </Button>
        </>
      )}
      {can("ai_analytics:feedback") && row.feedback !== "useful" && (
        <Button
          variant="ghost"
          disabled={busy}
          onClick={() =>
            acting.quick.mutate(
              { id: row.id, change: { feedback: "useful" }, expect: { feedback: "useful" } },
              { onSuccess: () => toast("Said to be useful", { detail: taught("useful", row) }) },
            )
          }
        >
          <ThumbsUp aria-hidden /> Useful
        </Button>
      )}
    </div>
  )
}

const Key = ({ children }: { children: string }) => (
  <Kbd aria-hidden className="hidden md:inline-flex">
    {children}
  </Kbd>
)

/** Whose it is, and a menu to give it to somebody. */
function Assign({ row, acting }: Pick<Props, "row" | "acting">) {
  const me = useMe()
  const can = useCan()
  const members = useQuery({ ...membersQuery, enabled: can("access:user:read") }).data?.items ?? []
  const who =
    row.assignee === null ? "Nobody" : row.assignee.id === me?.id ? "You" : row.assignee.name || "A former member"
  const give = (id: string | null, name = "") =>
    acting.quick.mutate({
      id: row.id,
      change: { assignee_id: id },
      expect: { assignee: id === null ? null : { id, name }, state: id === null ? "open" : "assigned" },
    })
  const items: (MenuItem | null)[] = [
    ...(me?.kind === "user" && row.assignee?.id !== me.id
      ? [{ label: "Assign to me", run: () => give(me.id, "You") }]
      : []),
    ...members
      .filter(({ id, disabled_at }) => id !== me?.id && id !== row.assignee?.id && disabled_at === null)
      .map(({ id, name, email }) => ({ label: name || email, run: () => give(id, name || email) })),
    ...(row.assignee === null ? [] : [null, { label: "Assign to nobody", run: () => give(null) }]),
  ]
  return (
    <Menu
      label="Assign to"
      trigger={
        <Button aria-label={`Assigned to ${who}: change`}>
          <UserRound aria-hidden /> {who}
        </Button>
      }
      items={items}
    />
  )
}
