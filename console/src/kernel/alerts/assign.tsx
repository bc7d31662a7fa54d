import { useQuery } from "@tanstack/react-query"
import { UserRound } from "lucide-react"
import { useCan, useMe } from "@/app/session"
import { Button } from "@/ui/button"
import { Menu, type MenuItem } from "@/ui/menu"
import type { Acting } from "./acting"
import { type Alert, membersQuery } from "./queries"

/** Whose alert it is, and a menu to give it to somebody. */
export function Assign({ row, acting, may }: { row: Alert; acting: Acting; may: boolean }) {
  const me = useMe()
  const can = useCan()
  const members = useQuery({ ...membersQuery, enabled: can("access:user:read") }).data?.items ?? []
  const who =
    row.assignee === null ? "Nobody" : row.assignee === me?.id ? "You" : (row.assignee_name ?? "A former member")
  if (!may) return <span>{who}</span>
  const give = (userId: string | null) => acting.assign.mutate({ id: row.id, userId })
  const items: (MenuItem | null)[] = [
    ...(me?.kind === "user" && row.assignee !== me.id ? [{ label: "Assign to me", run: () => give(me.id) }] : []),
    ...members
      .filter(({ id, disabled_at }) => id !== me?.id && id !== row.assignee && disabled_at === null)
      .map(({ id, name, email }) => ({ label: name || email, run: () => give(id) })),
    ...(row.assignee === null ? [] : [null, { label: "Assign to nobody", run: () => give(null) }]),
  ]
  return (
    <Menu
      label="Assign to"
      trigger={
        <Button size="sm" busy={acting.assign.isPending} aria-label={`Assigned to ${who}: change`}>
          {!acting.assign.isPending && <UserRound aria-hidden />} {who}
        </Button>
      }
      items={items}
    />
  )
}
