import type { Schema } from "@/api/client"
import { cn } from "@/ui/cn"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { erasingLabel } from "./state"

/** Rows of each table that concern a person, and what becomes of them. */
export function TablesOf({ tables }: { tables: Schema["TableShareView"][] }) {
  return (
    <Scroll label="Tables concerned" className="overflow-x-auto">
      <table className="w-full text-[13px]">
        <caption className="sr-only">Rows of each table that concern this person</caption>
        <thead className="text-left text-xs text-ink-3">
          <tr className="border-b">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              What
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Rows
            </th>
            <th scope="col" className="py-1.5 pl-3 font-medium">
              What becomes of them
            </th>
          </tr>
        </thead>
        <tbody>
          {tables.map((each) => (
            <tr key={each.table} className="border-b align-baseline last:border-0">
              <td className="py-1.5 pr-3">
                {each.what}
                <span className="mono block text-2xs text-ink-3">{each.table}</span>
              </td>
              <td className="num px-3 py-1.5 text-right">{count(each.rows)}</td>
              <td className="py-1.5 pl-3">
                <span className={cn(each.erasing === "keep" && "font-medium")}>{erasingLabel(each.erasing)}</span>
                {each.why && <span className="block text-xs text-ink-3">{each.why}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
