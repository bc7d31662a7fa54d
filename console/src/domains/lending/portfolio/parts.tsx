import { Info } from "lucide-react"
import type { ReactNode } from "react"
import { Tip } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { Scroll } from "@/ui/scroll"

/** A term with the words that explain it, at hand for pointer and keyboard alike. */
export const Explained = ({ term, children }: { term: ReactNode; children: string }) => (
  <Tip label={children}>
    <span className="inline-flex cursor-help items-center gap-1">
      {term}
      <Info aria-hidden className="size-3 shrink-0 opacity-70" />
      <span className="sr-only">: {children}</span>
    </span>
  </Tip>
)

export interface Head {
  label: ReactNode
  right?: boolean
  /** Left out on phones. */
  wide?: boolean
}

/** A small table that is read as a whole; long ones are DataTables. */
export function PlainTable({ label, heads, children }: { label: string; heads: Head[]; children: ReactNode }) {
  return (
    <Scroll label={label} className="-mx-4 overflow-x-auto px-4">
      <table className="num w-full text-[13px]">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-3">
            {heads.map((head, index) => (
              <th
                // biome-ignore lint/suspicious/noArrayIndexKey: the heads stand in a fixed order
                key={index}
                scope="col"
                className={cn(
                  "h-8 px-2 font-medium whitespace-nowrap first:pl-0 last:pr-0",
                  head.right && "text-right",
                  head.wide && "hidden md:table-cell",
                )}
              >
                {head.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scroll>
  )
}

/** A cell of such a table. */
export const Cell = ({ right, wide, children }: { right?: boolean; wide?: boolean; children: ReactNode }) => (
  <td className={cn("h-9 px-2 whitespace-nowrap last:pr-0", right && "text-right", wide && "hidden md:table-cell")}>
    {children}
  </td>
)

/** The first cell of a row, which names it. */
export const RowHead = ({ children }: { children: ReactNode }) => (
  <th scope="row" className="h-9 pr-2 text-left font-normal whitespace-nowrap">
    {children}
  </th>
)

/** Words in the place of a table or chart that has nothing to show. */
export const Nothing = ({ children }: { children: ReactNode }) => (
  <p className="py-6 text-center text-[13px] text-ink-3">{children}</p>
)
