import { useOrganization } from "@/app/session"
import { type Range, Ranges as UiRanges } from "@/ui/ranges"
import type { DecisionSearch } from "./search"

/** Confidence, amount and time, from and to. */
export function Ranges({
  search,
  onChange,
}: {
  search: DecisionSearch
  onChange: (change: Partial<DecisionSearch>) => void
}) {
  const organization = useOrganization()
  const ranges: Range<DecisionSearch>[] = [
    { low: "min_confidence", high: "max_confidence", labels: ["Confidence from (%)", "to (%)"], as: "share" },
    {
      low: "min_amount",
      high: "max_amount",
      labels: [`Amount from (${organization?.currency ?? ""})`, "to"],
      as: "number",
    },
    { low: "since", high: "until", labels: ["Decided since", "until, that day included"], as: "day" },
  ]
  return (
    <UiRanges
      label="Range of confidence, amount and time"
      ranges={ranges}
      note={`Days of business time, ${organization?.time_zone}.`}
      search={search}
      onChange={onChange}
    />
  )
}
