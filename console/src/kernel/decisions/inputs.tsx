import { useQuery } from "@tanstack/react-query"
import { plain } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { useInputWords } from "./input-words"
import type { ExplanationData } from "./queries"
import { type DecisionRecord, explanationQuery, traceQuery } from "./queries"

/** Names that the explanation gives to features. */
function labelsIn(data: ExplanationData | undefined): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const { features, labels: names } of data?.factors ?? [])
    if (Array.isArray(names)) for (const [at, feature] of features.entries()) labels[feature] = String(names[at])
  for (const reason of data?.reasons ?? []) if (reason.feature && reason.label) labels[reason.feature] = reason.label
  return labels
}

/** Everything that rules and model looked at, frozen when the decision was taken, and which rules looked at it. */
export function Inputs({ record }: { record: DecisionRecord }) {
  const shown = !record.concealed
  const explanation = useQuery({ ...explanationQuery(record.id), enabled: shown }).data
  const trace = useQuery({ ...traceQuery(record.id), enabled: shown }).data?.trace
  const inputs = useInputWords(record)
  const values = Object.entries(record.values ?? {})
  if (values.length === 0) return <p className="text-ink-3">No values are on the record.</p>
  const labels = labelsIn(explanation)
  const readers = new Map<string, string[]>()
  for (const rule of trace?.rules ?? [])
    for (const { field } of rule.conditions)
      readers.set(field, [...new Set([...(readers.get(field) ?? []), rule.rule])])
  return (
    <Scroll label="Inputs and features" className="overflow-x-auto">
      <table className="w-full text-[13px]">
        <thead className="text-left text-xs text-ink-3">
          <tr>
            <th scope="col" className="pb-1.5 font-medium">
              Name
            </th>
            <th scope="col" className="pb-1.5 pl-3 font-medium">
              Value
            </th>
            <th scope="col" className="hidden pb-1.5 pl-3 font-medium sm:table-cell">
              Rules that look at it
            </th>
          </tr>
        </thead>
        <tbody>
          {values.map(([name, value]) => (
            <tr key={name} className="border-t align-baseline">
              <th scope="row" className="py-1.5 text-left font-normal">
                {labels[name] ?? inputs.name(name)}
              </th>
              <td className="num py-1.5 pl-3 break-words">{plain(value)}</td>
              <td className="hidden py-1.5 pl-3 sm:table-cell">
                <span className="mono text-xs break-all text-ink-3">{readers.get(name)?.join(", ")}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
