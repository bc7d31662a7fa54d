import { TriangleAlert } from "lucide-react"
import { Notice } from "@/ui/basics"
import { type Changes, type Configuration, KEYS, shown } from "./configuration-keys"

/** What a save would change, before and after. */
export function ConfigurationDiff({ base, changes }: { base: Configuration; changes: Changes["changes"] }) {
  return (
    <>
      <table className="mt-2 w-full text-[13px]">
        <caption className="sr-only">What changes</caption>
        <thead className="text-left text-xs text-ink-3">
          <tr className="border-b">
            <th scope="col" className="py-1.5 pr-3 font-medium">
              Key
            </th>
            <th scope="col" className="py-1.5 pr-3 font-medium">
              Now
            </th>
            <th scope="col" className="py-1.5 font-medium">
              Then
            </th>
          </tr>
        </thead>
        <tbody>
          {KEYS.filter(({ key }) => changes[key] !== undefined).map(({ key, label }) => (
            <tr key={key} className="border-b last:border-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-medium text-ink">
                {label}
              </th>
              <td className="num py-1.5 pr-3">{shown(key, base[key])}</td>
              <td className="num py-1.5 font-medium text-ink">{shown(key, changes[key])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {changes.autonomous_mode !== undefined && (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />} className="mt-3">
          {changes.autonomous_mode
            ? "This starts the business: what has waited is decided, and what was planned goes out."
            : "This stops the business: nothing new is decided or done by itself; what is planned is carried out."}
        </Notice>
      )}
    </>
  )
}
