import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Bookmark, Check, Pencil, Trash2, Users, X } from "lucide-react"
import { useId, useState } from "react"
import { api, query, type Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { Checkbox, Input } from "@/ui/field"
import { fieldError, otherError } from "@/ui/field-errors"
import { plain, words } from "@/ui/format"
import { Empty, Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"

type View = Schema["ViewView"]
const VIEWS = "/api/v1/views"
const SHOWN_MAX = 200

/** One's saved views: their names, who else sees them, and their end. */
export default function ViewsSection() {
  const client = useQueryClient()
  const views = useQuery(query.queryOptions("get", VIEWS, { params: { query: { limit: SHOWN_MAX } } }))
  const refresh = () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === VIEWS })
  return (
    <Card title="Your saved views">
      <Fetched query={views} rows={3}>
        {({ items }) => {
          const mine = items.filter((view) => view.mine)
          const shared = items.length - mine.length
          return (
            <>
              {mine.length === 0 ? (
                <Empty icon={<Bookmark />} title="You have saved no view">
                  Filter a list, such as the decisions, and save the filters under a name.
                </Empty>
              ) : (
                <ul className="-my-1 divide-y">
                  {mine.map((view) => (
                    <Line key={view.id} view={view} refresh={refresh} />
                  ))}
                </ul>
              )}
              {shared > 0 && (
                <p className="mt-3 text-xs text-ink-3">
                  {shared === 1 ? "One view" : `${shared} views`} that others share with you{" "}
                  {shared === 1 ? "is" : "are"} found on the pages themselves.
                </p>
              )}
            </>
          )
        }}
      </Fetched>
    </Card>
  )
}

const summary = (search: View["search"]) =>
  Object.entries(search)
    .map(([name, value]) => `${words(name)}: ${plain(value)}`)
    .join(" · ")

function Line({ view, refresh }: { view: View; refresh: () => Promise<unknown> }) {
  const [name, setName] = useState<string | null>(null)
  const [removing, setRemoving] = useState(false)
  const note = useId()
  const path = { view_id: view.id }
  const change = useMutation({
    mutationFn: (body: Schema["ViewChange"]) => api.PUT("/api/v1/views/{view_id}", { params: { path }, body }),
    onSuccess: (_, body) => {
      setName(null)
      toast(
        body.name !== undefined
          ? "View renamed"
          : body.shared
            ? `Everybody here sees ${view.name} now`
            : `Only you see ${view.name} now`,
      )
    },
    onError: (error) => name === null && toastError(error),
    onSettled: refresh,
  })
  const remove = async () => {
    await api.DELETE("/api/v1/views/{view_id}", { params: { path } })
    await refresh()
    toast(`View ${view.name} deleted`)
  }
  const error = name === null ? null : (fieldError(change.error, "name") ?? otherError(change.error, ["name"]))
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5 text-[13px]">
      {name === null ? (
        <div className="min-w-0 flex-1 basis-48">
          <p className="truncate font-medium">{view.name}</p>
          <p className="truncate text-xs text-ink-3">
            {words(view.page)}
            {Object.keys(view.search).length > 0 && ` · ${summary(view.search)}`}
          </p>
        </div>
      ) : (
        <form
          className="min-w-0 flex-1 basis-48"
          onSubmit={(event) => {
            event.preventDefault()
            if (name.trim() && name.trim() !== view.name) change.mutate({ name: name.trim() })
            else setName(null)
          }}
          onKeyDown={(event) => event.key === "Escape" && setName(null)}
        >
          <div className="flex gap-1">
            <Input
              aria-label={`New name of ${view.name}`}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? note : undefined}
              value={name}
              maxLength={100}
              autoFocus
              disabled={change.isPending}
              onChange={(event) => setName(event.target.value)}
            />
            <Button type="submit" size="icon" variant="ghost" aria-label="Save the name" busy={change.isPending}>
              {!change.isPending && <Check />}
            </Button>
            <Button size="icon" variant="ghost" aria-label="Keep the old name" onClick={() => setName(null)}>
              <X />
            </Button>
          </div>
          {error && (
            <p id={note} role="alert" className="mt-1 text-xs text-decline">
              {error}
            </p>
          )}
        </form>
      )}
      <Checkbox
        label={
          <span className="inline-flex items-center gap-1 text-ink-2">
            <Users aria-hidden className="size-3.5" /> Shared<span className="sr-only">: {view.name}</span>
          </span>
        }
        checked={change.isPending && change.variables.shared !== undefined ? !!change.variables.shared : view.shared}
        disabled={change.isPending}
        onChange={(event) => change.mutate({ shared: event.target.checked })}
      />
      <span className="flex">
        <Button
          size="icon"
          variant="ghost"
          aria-label={`Rename ${view.name}`}
          disabled={name !== null}
          onClick={() => {
            change.reset()
            setName(view.name)
          }}
        >
          <Pencil />
        </Button>
        <Button size="icon" variant="ghost" aria-label={`Delete ${view.name}`} onClick={() => setRemoving(true)}>
          <Trash2 />
        </Button>
      </span>
      <Confirm
        open={removing}
        onClose={() => setRemoving(false)}
        title={`Delete the view ${view.name}?`}
        confirm="Delete"
        danger
        onConfirm={remove}
      >
        {view.shared ? "It disappears for everybody who uses it." : "The list itself stays as it is."}
      </Confirm>
    </li>
  )
}
