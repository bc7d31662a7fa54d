import { useQuery, useQueryClient } from "@tanstack/react-query"
import { getRouteApi, Link } from "@tanstack/react-router"
import { EllipsisVertical, PencilLine, Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { api } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Copy } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm, Dialog } from "@/ui/dialog"
import { count } from "@/ui/format"
import { Menu } from "@/ui/menu"
import { Page } from "@/ui/page"
import { Failed, Loading } from "@/ui/states"
import { toast } from "@/ui/toast"
import { AddDialog } from "./add-dialog"
import { EntriesTable } from "./entries-table"
import { ExportEntries } from "./export-entries"
import { ListDialog } from "./list-dialog"
import { HOLDS, LIST, type List, listQuery, refreshLists } from "./queries"
import { UsedBy } from "./used-by"

const route = getRouteApi("/lists/$listId")

/** One list: what stands on it and why, and what stood on it. */
export function ListPage() {
  const { listId } = route.useParams()
  const found = useQuery(listQuery(listId))
  if (!found.data)
    return (
      <Page title="List">
        <div className="card">
          {found.error ? <Failed error={found.error} retry={() => void found.refetch()} /> : <Loading rows={8} />}
        </div>
      </Page>
    )
  return <Body key={listId} list={found.data} />
}

function Body({ list }: { list: List }) {
  const mayManage = useCan()("kernel:list:manage")
  const [dialog, setDialog] = useState<"add" | "describe" | "remove" | null>(null)
  const close = () => setDialog(null)
  return (
    <Page
      title={list.label}
      lead={
        <div className="flex flex-col gap-1">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[13px]">
            <Link to="/lists" className="hover:text-ink hover:underline">
              Lists
            </Link>
            <span aria-hidden>/</span>
            <Copy text={list.name} label="Copy the name that rules say" />
            <Badge>{HOLDS[list.holds]}</Badge>
            <span>
              Asked by <UsedBy uses={list.used_by} rules />
            </span>
          </div>
          {list.description && <p className="max-w-3xl break-words text-ink-2">{list.description}</p>}
        </div>
      }
      actions={
        <>
          <ExportEntries list={list} />
          {mayManage && (
            <>
              <Button variant="solid" onClick={() => setDialog("add")}>
                <Plus /> Add values
              </Button>
              <Menu
                label="More for this list"
                trigger={
                  <Button size="icon" aria-label="More for this list">
                    <EllipsisVertical />
                  </Button>
                }
                items={[
                  { label: "Describe otherwise…", icon: <PencilLine />, run: () => setDialog("describe") },
                  null,
                  { label: "Remove the list…", icon: <Trash2 />, danger: true, run: () => setDialog("remove") },
                ]}
              />
            </>
          )}
        </>
      }
    >
      <EntriesTable list={list} onAdd={() => setDialog("add")} />
      {dialog === "add" && <AddDialog list={list} onClose={close} />}
      {dialog === "describe" && <ListDialog list={list} onClose={close} />}
      {dialog === "remove" && <RemoveList list={list} onClose={close} />}
    </Page>
  )
}

/** A list that a policy in force asks stays; it is said which. */
function RemoveList({ list, onClose }: { list: List; onClose: () => void }) {
  const client = useQueryClient()
  const navigate = route.useNavigate()
  if (list.used_by.length > 0)
    return (
      <Dialog open onClose={onClose} title={`${list.label} cannot be removed yet`}>
        <p className="text-[13px] text-ink-2">
          Rules in force ask it. Publish policies whose rules do not, then remove the list.
        </p>
        <ul className="mt-3 flex flex-col gap-1.5 text-[13px]">
          {list.used_by.map((use) => (
            <li key={use.kind}>
              <UsedBy uses={[use]} rules /> <span className="text-ink-3">(version {use.version})</span>
            </li>
          ))}
        </ul>
        <div className="mt-4 flex justify-end">
          <Button variant="solid" onClick={onClose}>
            Close
          </Button>
        </div>
      </Dialog>
    )
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Remove the list ${list.label}?`}
      confirm="Remove"
      danger
      onConfirm={async () => {
        await api.DELETE(LIST, { params: { path: { list_id: list.id } } })
        await navigate({ to: "/lists", search: {} })
        client.removeQueries({ queryKey: listQuery(list.id).queryKey })
        await refreshLists(client)
        toast(`The list ${list.label} is removed`)
      }}
    >
      {list.open_count === 0
        ? "Nothing stands on it."
        : `Its ${count(list.open_count)} ${list.open_count === 1 ? "value counts" : "values count"} no longer.`}{" "}
      What stood on it stays on record, and a removed list does not come back.
    </Confirm>
  )
}
