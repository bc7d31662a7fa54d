import { cn } from "@/ui/cn"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import type { Cell } from "./queries"
import { cellText } from "./words"

/** Rows as they are kept, under the names of their columns. */
export function Cells({
  label,
  columns,
  rows,
  from,
  className,
}: {
  label: string
  columns: { name: string; type: string }[]
  rows: Cell[][]
  /** The number of the first row, where rows are numbered. */
  from?: number
  className?: string
}) {
  return (
    <Scroll label={label} className={cn("overflow-auto", className)}>
      <table className="w-full text-[13px]" aria-label={label}>
        <thead className="sticky top-0 bg-sunken text-left text-xs text-ink-3">
          <tr>
            {from !== undefined && (
              <th scope="col" className="px-3 py-1.5 text-right font-medium">
                Row
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={cn(
                  "max-w-60 truncate px-3 py-1.5 font-medium whitespace-nowrap",
                  column.type === "numeric" && "text-right",
                )}
                title={column.name}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
            <tr key={index} className="border-t">
              {from !== undefined && <td className="num px-3 py-1.5 text-right text-ink-3">{count(from + index)}</td>}
              {row.map((cell, at) => (
                <td
                  key={columns[at]!.name}
                  className={cn(
                    "max-w-60 truncate px-3 py-1.5 whitespace-nowrap",
                    columns[at]!.type === "numeric" && "num text-right",
                    cell === null && "text-ink-3",
                  )}
                  title={typeof cell === "string" && cell.length > 24 ? cell : undefined}
                >
                  {cellText(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
