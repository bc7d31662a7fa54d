import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Bookmark, Check, ChevronDown, Trash2, Users } from "lucide-react"
import { useState } from "react"
import { api, once, query, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Checkbox, Field, Input } from "@/ui/field"
import { Popover } from "@/ui/popover"
import { countSet } from "@/ui/search-params"
import { toast, toastError } from "@/ui/toast"

type View = Schema["ViewView"]
type Search = Record<string, unknown>

const VIEWS = "/api/v1/views"
const VIEWS_MAX = 100
const NAME_LENGTH_MAX = 100

const written = (search: Search) =>
  JSON.stringify(
    Object.entries(search)
      .filter(([, value]) => value !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )

/** Filters and order of a page under a name: one's own, and those that others share. `search` is what would be saved. */
export function SavedViews({
  page,
  search,
  onOpen,
}: {
  page: string
  search: Search
  onOpen: (search: Search) => void
}) {
  const [saving, setSaving] = useState(false)
  const views = useQuery(
    query.queryOptions("get", VIEWS, { params: { query: { page, limit: VIEWS_MAX } } }, { staleTime: 60_000 }),
  ).data?.items
  const current = views?.find((view) => written(view.search) === written(search))
  return (
    <>
      <Popover
        label="Saved views"
        className="max-h-96 w-72 overflow-y-auto p-1.5"
        trigger={
          <Button>
            <Bookmark />
            <span className="max-w-32 truncate">{current?.name ?? "Views"}</span>
            <ChevronDown className="text-ink-3" />
          </Button>
        }
      >
        {(close) => (
          <>
            {views?.length === 0 && <p className="p-2 text-xs text-ink-3">No view is saved yet.</p>}
            <ul>
              {views?.map((view) => (
                <ViewItem
                  key={view.id}
                  view={view}
                  current={view === current}
                  onOpen={() => {
                    onOpen(view.search)
                    close()
                  }}
                />
              ))}
            </ul>
            <div className="mt-1 border-t pt-1">
              <Button
                variant="ghost"
                size="sm"
                className="w-full"
                disabled={current !== undefined || countSet(search, []) === 0}
                onClick={() => {
                  close()
                  setSaving(true)
                }}
              >
                Save these filters…
              </Button>
            </div>
          </>
        )}
      </Popover>
      {saving && <SaveView page={page} search={search} onClose={() => setSaving(false)} />}
    </>
  )
}

function ViewItem({ view, current, onOpen }: { view: View; current: boolean; onOpen: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/views/{view_id}", { params: { path: { view_id: view.id } } }),
    onSuccess: () => toast(`View "${view.name}" removed`),
    onError: (error) => toastError(error),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === VIEWS }),
  })
  return (
    <li className="flex items-center gap-1 rounded-control hover:bg-sunken">
      <button
        type="button"
        aria-current={current || undefined}
        onClick={onOpen}
        className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-control px-2 text-left text-[13px]"
      >
        <span className="truncate">{view.name}</span>
        {view.shared && (
          <span className="flex shrink-0 items-center gap-1 text-xs text-ink-3">
            <Users aria-hidden className="size-3.5" /> {view.mine ? "shared" : (view.owner_name ?? "shared")}
          </span>
        )}
        {current && <Check aria-hidden className="ml-auto size-4 shrink-0 text-accent" />}
      </button>
      {view.mine && (
        <Button
          variant="ghost"
          size="icon"
          className="[&_svg]:size-3.5"
          aria-label={`Remove view ${view.name}`}
          busy={remove.isPending}
          onClick={() => remove.mutate()}
        >
          {!remove.isPending && <Trash2 />}
        </Button>
      )}
    </li>
  )
}

function SaveView({ page, search, onClose }: { page: string; search: Search; onClose: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState("")
  const [shared, setShared] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      api.POST(VIEWS, { params: { header: once() }, body: { page, name: name.trim(), search, shared } }),
    onSuccess: () => {
      toast(`View "${name.trim()}" saved`)
      onClose()
    },
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === VIEWS }),
  })
  return (
    <Dialog open onClose={onClose} title="Save these filters">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim()) save.mutate()
        }}
      >
        <Field label="Name" error={save.error ? asApiError(save.error).sentence : null}>
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={NAME_LENGTH_MAX}
              required
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Checkbox
          label="Share with everybody in the organisation"
          checked={shared}
          onChange={(event) => setShared(event.target.checked)}
        />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" disabled={!name.trim()} busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
