import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { Ban, CircleCheck, Ellipsis, KeyRound, ShieldUser, UserPlus, UserX } from "lucide-react"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { useCan, useMe } from "@/app/session"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { ReadOnly } from "@/ui/form-parts"
import { Menu } from "@/ui/menu"
import { Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { InviteDialog, type PersonAct, PersonDialog } from "./person-dialogs"
import { roleLabel, within } from "./roles"

type User = Schema["UserView"]

/** Who has a place in the organisation, and what they may do. */
export default function PeopleSection() {
  const { after } = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const me = useMe()
  const mayManage = useCan()("access:user:manage")
  const [inviting, setInviting] = useState(false)
  const [act, setAct] = useState<{ act: PersonAct; user: User } | null>(null)
  const people = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/access/users",
      { params: { query: { after } } },
      { placeholderData: keepPreviousData },
    ),
  )
  const columns: Column<User>[] = [
    {
      id: "person",
      header: "Person",
      cell: (user) => (
        <span className="flex flex-col py-1.5">
          <span className="font-medium">
            {user.name || user.email}
            {user.id === me?.id && <span className="font-normal text-ink-3"> (you)</span>}
          </span>
          <span className="text-xs text-ink-3">{user.email}</span>
        </span>
      ),
    },
    {
      id: "role",
      header: "Role",
      cell: (user) => (
        <span className="flex gap-1.5">
          <Badge tone={user.role === "owner" ? "accent" : "neutral"}>{roleLabel(user.role)}</Badge>
          {user.is_super_admin && <Badge tone="info">Super administrator</Badge>}
        </span>
      ),
    },
    {
      id: "state",
      header: "State",
      wide: true,
      cell: (user) =>
        user.disabled_at ? (
          <Badge tone="warn" icon={<Ban aria-hidden />}>
            Disabled
          </Badge>
        ) : (
          <span className="text-ink-3">{user.has_password ? "Active" : "No password yet"}</span>
        ),
    },
    {
      id: "seen",
      header: "Last seen",
      wide: true,
      cell: (user) =>
        user.last_seen_at ? <When at={user.last_seen_at} clock="system" /> : <span className="text-ink-3">Never</span>,
    },
    {
      id: "acts",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      cell: (user) => <Acts user={user} onAct={(what) => setAct({ act: what, user })} />,
    },
  ]
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h2 className="text-[15px] font-semibold">People</h2>
          <p className="text-xs text-ink-3">Who has a place here. Every change is on the audit record.</p>
        </div>
        {mayManage && (
          <Button variant="solid" onClick={() => setInviting(true)}>
            <UserPlus /> Invite
          </Button>
        )}
      </div>
      {!mayManage && (
        <ReadOnly>
          Your role may see who is here, but not change it. Owners and administrators invite people and give roles.
        </ReadOnly>
      )}
      {people.error && !people.data ? (
        <Failed error={people.error} retry={() => void people.refetch()} />
      ) : (
        <DataTable
          label="People"
          columns={columns}
          rows={people.data?.items}
          rowId={(user) => user.id}
          busy={people.isPlaceholderData}
          footer={
            (after || people.data?.next) && (
              <Pager
                shown={people.data?.items.length ?? 0}
                after={after}
                next={people.data?.next}
                onPage={(next) => void navigate({ search: { after: next } })}
              />
            )
          }
        />
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {act && <PersonDialog {...act} onClose={() => setAct(null)} />}
    </>
  )
}

function Acts({ user, onAct }: { user: User; onAct: (act: PersonAct) => void }) {
  const me = useMe()
  const mayManage = useCan()("access:user:manage")
  if (!mayManage || !me) return null
  // One's own place is another's to change, so that nobody locks themselves out.
  const reason =
    user.id === me.id
      ? "Somebody else must change your place"
      : within(me.role, user.role)
        ? null
        : "Their role is above yours"
  if (reason) return <span className="text-xs text-ink-3">{reason}</span>
  return (
    <Menu
      label={`Actions for ${user.name || user.email}`}
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Actions for ${user.name || user.email}`}>
          <Ellipsis />
        </Button>
      }
      items={[
        { label: "Change role…", icon: <ShieldUser />, run: () => onAct("role") },
        { label: "Make a link to a new password…", icon: <KeyRound />, run: () => onAct("reset") },
        user.disabled_at
          ? { label: "Enable…", icon: <CircleCheck />, run: () => onAct("enable") }
          : { label: "Disable…", icon: <Ban />, run: () => onAct("disable") },
        null,
        { label: "Remove from the organisation…", icon: <UserX />, danger: true, run: () => onAct("remove") },
      ]}
    />
  )
}
