import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useEffect, useState } from "react"
import { query } from "@/api/client"
import { Facts } from "@/ui/basics"
import { Field } from "@/ui/field"
import { count } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"

const PAUSE_MILLISECONDS = 400
const DAYS_MAX = 36_500

/** What a rule would touch now, for an age that may be tried out; nothing is touched. */
export function DryRun({ dataClass, afterDays }: { dataClass: string; afterDays: number }) {
  const [typed, setTyped] = useState<number | undefined>(afterDays)
  const [asked, setAsked] = useState(afterDays)
  useEffect(() => setTyped(afterDays), [afterDays])
  useEffect(() => {
    if (typed === undefined || !Number.isInteger(typed) || typed < 0 || typed > DAYS_MAX) return
    const timer = setTimeout(() => setAsked(typed), PAUSE_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <div className="flex flex-col gap-3">
      <Field label="Try it with this many days" className="max-w-56">
        {(control) => <NumberInput {...control} value={typed} onChange={setTyped} />}
      </Field>
      <Counts dataClass={dataClass} afterDays={asked} />
    </div>
  )
}

/** The counts of a dry run. */
export function Counts({ dataClass, afterDays }: { dataClass: string; afterDays: number }) {
  const found = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/privacy/retention/{data_class}/dry-run",
      { params: { path: { data_class: dataClass }, query: { after_days: afterDays } } },
      { placeholderData: keepPreviousData },
    ),
  )
  return (
    <Fetched query={found} rows={2}>
      {(data) => (
        <div role="status" aria-busy={found.isPlaceholderData} className={found.isPlaceholderData ? "opacity-60" : ""}>
          <Facts
            items={[
              ["Would go now", <strong key="due">{count(data.due)}</strong>],
              ["Ended, but not long enough ago", count(data.kept)],
              ["Still open", count(data.open)],
              ["Under a legal hold", count(data.held)],
              ["Ended before", <When key="before" at={data.before} />],
              ["Oldest of them ended", data.oldest_at ? <When key="oldest" at={data.oldest_at} /> : "–"],
            ]}
          />
        </div>
      )}
    </Fetched>
  )
}
