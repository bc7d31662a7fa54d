import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { GitCompare, History, Undo2 } from "lucide-react"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Card, Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { DataTable, Pager } from "@/ui/data-table"
import { Field, Select } from "@/ui/field"
import { actor } from "@/ui/format"
import { Empty, Failed, Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { ChangesView } from "./changes-view"
import { Ended } from "./ended-proposals"
import { versionQuery } from "./queries"
import { RollBack } from "./roll-back"
import { useLabel, useVocabulary } from "./vocabulary"
import type { Label } from "./wording"

const route = getRouteApi("/policy/$kind")
const PAGE = 50

/** Every version there was: who published it, why, what it changed; compare any two, and roll back to one. */
export function VersionsTab({ policy }: { policy: Schema["PolicyView"] }) {
  const { kind } = policy
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const mayPublish = useCan()("kernel:policy:publish")
  const [back, setBack] = useState<number | null>(null)
  const label = useLabel(useVocabulary(kind))
  const list = useQuery({
    ...query.queryOptions("get", "/api/v1/policies", {
      params: { query: { kind, limit: PAGE, after: search.after } },
    }),
    placeholderData: keepPreviousData,
  })
  const newer = within(search.new, policy.version) ?? policy.version
  const older = within(search.old, policy.version) ?? Math.max(1, newer - 1)
  const compare = (old: number, next: number) =>
    void navigate({ search: (now) => ({ ...now, old, new: next }), resetScroll: false })
  if (list.error && !list.data) return <Failed error={list.error} retry={() => void list.refetch()} />
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
      <DataTable
        label="Versions"
        rows={list.data?.items}
        rowId={(row) => row.id}
        busy={list.isFetching}
        current={list.data?.items.find((row) => row.version === newer)?.id}
        onCurrent={(row) => compare(Math.max(1, row.version - 1), row.version)}
        columns={[
          {
            id: "version",
            header: "Version",
            cell: (row) => (
              <span className="flex items-center gap-2">
                <span className="num font-medium">{row.version}</span>
                {row.state === "active" && <Badge tone="accent">Active</Badge>}
              </span>
            ),
          },
          {
            id: "reason",
            header: "Reason",
            cell: (row) => (
              <span title={row.reason} className="block max-w-40 truncate md:max-w-64">
                {row.reason}
              </span>
            ),
          },
          {
            id: "author",
            header: "By",
            wide: true,
            cell: (row) => (
              <>
                {actor(row.author)}
                {row.approved_by && <span className="block text-xs text-ink-3">and {actor(row.approved_by)}</span>}
              </>
            ),
          },
          {
            id: "when",
            header: "Held from",
            cell: (row) => (
              <span className="block">
                <When at={row.effective_from} />
                {row.until && (
                  <span className="block text-xs text-ink-3">
                    until <When at={row.until} />
                  </span>
                )}
              </span>
            ),
          },
          {
            id: "acts",
            header: <span className="sr-only">Actions</span>,
            align: "right",
            cell: (row) => (
              <span className="inline-flex gap-1">
                <Tip label="Show what it changed">
                  <Button
                    size="icon"
                    variant="ghost"
                    aria-label={`Show what version ${row.version} changed`}
                    onClick={() => compare(Math.max(1, row.version - 1), row.version)}
                  >
                    <GitCompare />
                  </Button>
                </Tip>
                {mayPublish && row.state !== "active" && (
                  <Tip label="Roll back to it">
                    <Button
                      size="icon"
                      variant="ghost"
                      aria-label={`Roll back to version ${row.version}`}
                      onClick={() => setBack(row.version)}
                    >
                      <Undo2 />
                    </Button>
                  </Tip>
                )}
              </span>
            ),
          },
        ]}
        empty={<Empty icon={<History />} title="No versions" />}
        footer={
          <Pager
            shown={list.data?.items.length ?? 0}
            after={search.after}
            next={list.data?.next}
            onPage={(after) => void navigate({ search: (now) => ({ ...now, after }) })}
          />
        }
      />
      <div className="flex min-w-0 flex-col gap-4">
        <Card title="Compare">
          <div className="mb-3 grid grid-cols-2 gap-3">
            {(["old", "new"] as const).map((side) => (
              <Field key={side} label={side === "old" ? "From version" : "To version"}>
                {(control) => (
                  <Select
                    {...control}
                    value={side === "old" ? older : newer}
                    onChange={(event) =>
                      side === "old"
                        ? compare(Number(event.target.value), newer)
                        : compare(older, Number(event.target.value))
                    }
                  >
                    {Array.from({ length: policy.version }, (_, at) => policy.version - at).map((version) => (
                      <option key={version} value={version}>
                        {version}
                        {version === policy.version ? " (active)" : ""}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
            ))}
          </div>
          {older === newer ? (
            <p className="text-[13px] text-ink-3">Choose two different versions.</p>
          ) : (
            <Compared kind={kind} older={older} newer={newer} label={label} />
          )}
        </Card>
        <Ended kind={kind} />
      </div>
      {back !== null && <RollBack policy={policy} version={back} label={label} onClose={() => setBack(null)} />}
    </div>
  )
}

const within = (version: number | undefined, most: number) =>
  version !== undefined && Number.isInteger(version) && version >= 1 && version <= most ? version : undefined

function Compared({ kind, older, newer, label }: { kind: string; older: number; newer: number; label: Label }) {
  const before = useQuery(versionQuery(kind, older))
  const after = useQuery(versionQuery(kind, newer))
  return (
    <Fetched query={before} rows={3}>
      {(from) => (
        <Fetched query={after} rows={3}>
          {(to) => (
            <>
              <p className="mb-2 text-xs text-ink-3">
                Version {newer}, {actor(to.author)}: “{to.reason}”
              </p>
              <ChangesView before={from.body} after={to.body} label={label} />
            </>
          )}
        </Fetched>
      )}
    </Fetched>
  )
}
