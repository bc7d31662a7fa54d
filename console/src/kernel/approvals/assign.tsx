import { useMutation, useQuery } from "@tanstack/react-query"
import { UserRound } from "lucide-react"
import { useCan, useMe } from "@/app/session"
import { Button } from "@/ui/button"
import { useKeys } from "@/ui/keys"
import { Menu, type MenuItem } from "@/ui/menu"
import { toastError } from "@/ui/toast"
import type { Answering } from "./answering"
import { type Approval, membersQuery } from "./queries"

/** Whose case it is; a menu to give it to somebody. Who may not see the members can still take it, or let it go. */
export function Assign({ row, answering }: { row: Approval; answering: Answering }) {
  const me = useMe()
  const can = useCan()
  const members = useQuery({ ...membersQuery, enabled: can("access:user:read") }).data?.items ?? []
  const assign = useMutation({
    mutationFn: (userId: string | null) => answering.assign(row.id, userId),
    onError: (error) => toastError(error),
  })
  const may = can("kernel:approval:answer") && row.state === "open"
  useKeys(
    { m: () => assign.mutate(row.assignee === me?.id ? null : (me?.id ?? null)) },
    may && me?.kind === "user" && !assign.isPending,
  )
  const who =
    row.assignee === null ? "Unassigned" : row.assignee === me?.id ? "Yours" : (row.assignee_name ?? "Assigned")
  if (!may)
    return (
      <span className="inline-flex items-center gap-1 text-xs text-ink-3 [&_svg]:size-3.5">
        <UserRound aria-hidden /> {who}
      </span>
    )
  const others = members.filter(
    (member) => member.id !== me?.id && member.disabled_at === null && member.id !== row.assignee,
  )
  const items: (MenuItem | null)[] = [
    ...(me?.kind === "user" && row.assignee !== me.id
      ? [{ label: "Assign to me", run: () => assign.mutate(me.id) }]
      : []),
    ...others.map((member) => ({ label: member.name || member.email, run: () => assign.mutate(member.id) })),
    ...(row.assignee === null ? [] : [null, { label: "Assign to nobody", run: () => assign.mutate(null) }]),
  ]
  return (
    <Menu
      label="Assign to"
      trigger={
        <Button size="sm" variant="ghost" busy={assign.isPending} aria-label={`${who}: assign`}>
          {!assign.isPending && <UserRound aria-hidden />} {who}
        </Button>
      }
      items={items}
    />
  )
}
