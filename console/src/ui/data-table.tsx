import { createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table"
import { ArrowDown, ArrowUp } from "lucide-react"
import { type ReactNode, useEffect, useRef } from "react"
import { Skeleton } from "./basics"
import { Button } from "./button"
import { cn } from "./cn"
import { useKeys } from "./keys"
import { Scroll } from "./scroll"

export interface Column<Row> {
  id: string
  header: ReactNode
  cell: (row: Row) => ReactNode
  /** Its name in `sort`; without one the column cannot be sorted. */
  sort?: string
  align?: "right"
  /** Left out on phones. */
  wide?: boolean
}

export interface Selection {
  ids: ReadonlySet<string>
  toggle: (id: string) => void
  /** Select all rows on the page, or none. */
  toggleAll: (ids: string[]) => void
  /** Whether a row can be selected; by default every one. */
  label: (id: string) => string
}

interface Props<Row> {
  label: string
  columns: Column<Row>[]
  rows: Row[] | undefined
  rowId: (row: Row) => string
  busy?: boolean
  sort?: string
  onSort?: (sort: string) => void
  /** The row under the keyboard's cursor (`j`, `k`); Enter opens it. */
  current?: string
  onCurrent?: (row: Row) => void
  onOpen?: (row: Row) => void
  selection?: Selection
  empty?: ReactNode
  footer?: ReactNode
}

const features = tableFeatures({})
const SKELETON_ROWS = 10

/** A table of a page of rows: sorting and paging are the server's, so it stays quick however long the list is. */
export function DataTable<Row extends object>({
  label,
  columns,
  rows,
  rowId,
  busy,
  sort,
  onSort,
  current,
  onCurrent,
  onOpen,
  selection,
  empty,
  footer,
}: Props<Row>) {
  const helper = createColumnHelper<typeof features, Row>()
  const table = useTable({
    features,
    columns: helper.columns(
      columns.map((column) =>
        // Cells are drawn below, not by the table: a function given here would be another component with every render, and
        // whatever has the focus inside would lose it.
        helper.display({ id: column.id }),
      ),
    ),
    data: rows ?? [],
    getRowId: rowId,
  })
  const byId = new Map(columns.map((column) => [column.id, column]))
  const body = useRef<HTMLTableSectionElement>(null)
  const at = rows?.findIndex((row) => rowId(row) === current) ?? -1
  const move = (step: number) => {
    const row = rows?.[Math.max(0, Math.min((rows?.length ?? 0) - 1, at + step))]
    if (row) onCurrent?.(row)
  }
  useKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      ...(onOpen && rows?.[at] ? { Enter: () => onOpen(rows[at]!) } : {}),
      ...(selection && current ? { x: () => selection.toggle(current) } : {}),
    },
    onCurrent !== undefined,
  )
  useEffect(() => {
    if (current) body.current?.querySelector("[data-current=true]")?.scrollIntoView({ block: "nearest" })
  }, [current])
  const ids = rows?.map(rowId) ?? []
  const all = ids.length > 0 && ids.every((id) => selection?.ids.has(id))
  const span = columns.length + (selection ? 1 : 0)
  return (
    <div className="card overflow-hidden">
      <Scroll label={label} className="overflow-x-auto">
        <table aria-busy={busy || rows === undefined} className="w-full text-[13px]">
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} className="border-b bg-sunken/60 text-left text-xs text-ink-3">
                {selection && (
                  <th scope="col" className="w-9 pl-3">
                    <input
                      type="checkbox"
                      aria-label="Select all on this page"
                      className="block size-4 accent-accent"
                      checked={all}
                      onChange={() => selection.toggleAll(all ? [] : ids)}
                    />
                  </th>
                )}
                {group.headers.map((header) => {
                  const column = byId.get(header.column.id)!
                  return (
                    <Heading key={header.id} column={column} sort={sort} onSort={onSort}>
                      {column.header}
                    </Heading>
                  )
                })}
              </tr>
            ))}
          </thead>
          <tbody ref={body}>
            {rows === undefined &&
              Array.from({ length: SKELETON_ROWS }, (_, row) => row).map((row) => (
                <tr key={row}>
                  <td colSpan={span} className="px-3 py-2">
                    <Skeleton className="h-5" />
                  </td>
                </tr>
              ))}
            {table.getRowModel().rows.map((row) => (
              <tr
                key={row.id}
                data-current={row.id === current || undefined}
                onClick={(event) => {
                  if (onCurrent && !(event.target as HTMLElement).closest("a,button,input,label"))
                    onCurrent(row.original)
                }}
                className={cn(
                  "border-b last:border-0 hover:bg-sunken/60 data-[current=true]:bg-accent-soft dark:hover:bg-raised/60",
                  onCurrent && "cursor-pointer",
                )}
              >
                {selection && (
                  <td className="pl-3">
                    <input
                      type="checkbox"
                      aria-label={selection.label(row.id)}
                      className="block size-4 accent-accent"
                      checked={selection.ids.has(row.id)}
                      onChange={() => selection.toggle(row.id)}
                    />
                  </td>
                )}
                {row.getAllCells().map((cell) => {
                  const column = byId.get(cell.column.id)!
                  return (
                    <td
                      key={cell.id}
                      className={cn(
                        "h-10 max-w-96 truncate px-3 py-1 whitespace-nowrap",
                        column.align === "right" && "text-right",
                        column.wide && "hidden md:table-cell",
                      )}
                    >
                      {column.cell(row.original)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows?.length === 0 && empty}
      {footer}
    </div>
  )
}

function Heading<Row>({
  column,
  sort,
  onSort,
  children,
}: {
  column: Column<Row>
  sort?: string
  onSort?: (sort: string) => void
  children: ReactNode
}) {
  const on = column.sort !== undefined && sort?.replace(/^-/, "") === column.sort
  const descending = sort?.startsWith("-")
  return (
    <th
      scope="col"
      aria-sort={on ? (descending ? "descending" : "ascending") : undefined}
      className={cn(
        "h-9 px-3 font-medium whitespace-nowrap",
        column.align === "right" && "text-right",
        column.wide && "hidden md:table-cell",
      )}
    >
      {column.sort && onSort ? (
        <button
          type="button"
          className="inline-flex items-center gap-1 hover:text-ink"
          onClick={() => onSort(on && descending ? column.sort! : `-${column.sort}`)}
        >
          {children}
          {on &&
            (descending ? <ArrowDown aria-hidden className="size-3" /> : <ArrowUp aria-hidden className="size-3" />)}
        </button>
      ) : (
        children
      )}
    </th>
  )
}

/**
 * The foot of a list that is paged by key. `after` (in the URL) is where this page begins; going back is the browser's own
 * history, so that it lands exactly where one was.
 */
export function Pager({
  shown,
  total,
  after,
  next,
  onPage,
}: {
  shown: number
  /** How many there are in all, as words ("1,204", "over 100,000"). */
  total?: string
  after: string | undefined
  next: string | null | undefined
  onPage: (after: string | undefined) => void
}) {
  return (
    <nav aria-label="Pages" className="flex items-center justify-between gap-3 border-t px-3 py-2 text-xs text-ink-3">
      <span className="num">
        {shown} shown{total && ` of ${total}`}
      </span>
      <span className="flex gap-1.5">
        <Button size="sm" disabled={!after} onClick={() => onPage(undefined)}>
          First page
        </Button>
        <Button size="sm" disabled={!after} onClick={() => history.back()}>
          Back
        </Button>
        <Button size="sm" disabled={!next} onClick={() => onPage(next ?? undefined)}>
          Next
        </Button>
      </span>
    </nav>
  )
}
