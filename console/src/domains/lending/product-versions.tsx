import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { GitCompare, History } from "lucide-react"
import { query } from "@/api/client"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { DataTable, Pager } from "@/ui/data-table"
import { Field, Input } from "@/ui/field"
import { actor } from "@/ui/format"
import { Empty, Failed, Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { ProductChanges } from "./product-changes"
import type { Product } from "./queries"

const route = getRouteApi("/products/$key")
const PAGE = 50

/** Every version there was, who published it and when, and what differs between any two. */
export function ProductVersions({ product }: { product: Product }) {
  const { key } = product
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useQuery({
    ...query.queryOptions("get", "/api/v1/lending/products/{key}/versions", {
      params: {
        path: { key },
        query: { limit: PAGE, after: search.after },
      },
    }),
    placeholderData: keepPreviousData,
  })
  const newer = Math.min(search.new ?? product.version, product.version)
  const older = Math.min(search.old ?? Math.max(1, newer - 1), product.version)
  const compare = (old: number, next: number) =>
    void navigate({ search: (now) => ({ ...now, old, new: next }), replace: true, resetScroll: false })
  if (list.error && !list.data) return <Failed error={list.error} retry={() => void list.refetch()} />
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[3fr_2fr]">
      <DataTable
        label="Versions"
        rows={list.data?.items}
        rowId={(row) => String(row.version)}
        busy={list.isFetching}
        current={String(newer)}
        onCurrent={(row) => compare(Math.max(1, row.version - 1), row.version)}
        columns={[
          {
            id: "version",
            header: "Version",
            cell: (row) => (
              <span className="flex items-center gap-2">
                <span className="num font-medium">{row.version}</span>
                {row.version === product.version && <Badge tone="accent">Latest</Badge>}
              </span>
            ),
          },
          { id: "name", header: "Name", cell: (row) => row.name },
          {
            id: "fields",
            header: "Fields",
            align: "right",
            cell: (row) => <span className="num">{row.field_count}</span>,
          },
          { id: "author", header: "By", wide: true, cell: (row) => (row.author ? actor(row.author) : "–") },
          { id: "when", header: "Published", cell: (row) => <When at={row.published_at} clock="system" /> },
          {
            id: "acts",
            header: <span className="sr-only">Actions</span>,
            align: "right",
            cell: (row) => (
              <Button
                size="sm"
                variant="ghost"
                aria-label={`Changes of version ${row.version}`}
                onClick={() => compare(Math.max(1, row.version - 1), row.version)}
              >
                <GitCompare /> <span className="hidden sm:inline">Changes</span>
              </Button>
            ),
          },
        ]}
        empty={<Empty icon={<History />} title="No versions" />}
        footer={
          <Pager
            shown={list.data?.items.length ?? 0}
            after={search.after?.toString()}
            next={list.data?.next}
            onPage={(after) =>
              void navigate({ search: (now) => ({ ...now, after: after ? Number(after) : undefined }) })
            }
          />
        }
      />
      <Card title="Compare">
        <div className="mb-3 grid grid-cols-2 gap-3">
          {(["old", "new"] as const).map((side) => (
            <Field key={side} label={side === "old" ? "From version" : "To version"}>
              {(control) => (
                <Input
                  {...control}
                  type="number"
                  min={1}
                  max={product.version}
                  value={side === "old" ? older : newer}
                  onChange={(event) => {
                    const value = Number(event.target.value)
                    if (!Number.isInteger(value) || value < 1 || value > product.version) return
                    if (side === "old") compare(value, newer)
                    else compare(older, value)
                  }}
                />
              )}
            </Field>
          ))}
        </div>
        {older === newer ? (
          <p className="text-[13px] text-ink-3">
            {product.version === 1 ? "There is only one version yet." : "Choose two different versions."}
          </p>
        ) : (
          <Compared productKey={key} older={older} newer={newer} />
        )}
      </Card>
    </div>
  )
}

function Compared({ productKey, older, newer }: { productKey: string; older: number; newer: number }) {
  const difference = useQuery(
    query.queryOptions("get", "/api/v1/lending/products/{key}/diff", {
      params: { path: { key: productKey }, query: { old: older, new: newer } },
    }),
  )
  return (
    <Fetched query={difference} rows={3}>
      {({ changes }) => <ProductChanges changes={changes} />}
    </Fetched>
  )
}
