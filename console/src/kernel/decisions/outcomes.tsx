import { useQuery } from "@tanstack/react-query"
import { Facts } from "@/ui/basics"
import { plain, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { outcomesQuery } from "./queries"

/** What became of the subject after the decision. */
export function Outcomes({ decisionId }: { decisionId: string }) {
  const outcomes = useQuery(outcomesQuery(decisionId))
  return (
    <Fetched query={outcomes} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-ink-3">Nothing is known yet of what became of it.</p>
        ) : (
          <ul className="flex flex-col gap-3">
            {items.map((each) => (
              <li key={each.id}>
                <Facts
                  items={[
                    [words(each.measure), each.censored ? "Not observed to its end" : plain(each.value)],
                    ["Observed", <When key="observed" at={each.observed_at} />],
                    ["Source", <span key="source">{words(each.source)}</span>],
                    ...(each.corrects ? [["Note", "Corrects an earlier report"] as [string, string]] : []),
                  ]}
                />
              </li>
            ))}
          </ul>
        )
      }
    </Fetched>
  )
}
