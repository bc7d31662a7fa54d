import { useQuery } from "@tanstack/react-query"
import { CircleCheck } from "lucide-react"
import { Card, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { csv, download } from "@/ui/download"
import { count, words } from "@/ui/format"
import { SetAside } from "@/ui/set-aside"
import { Empty, Fetched } from "@/ui/states"
import { quarantineQuery } from "./queries"

/** The rows of the file that could not be used, and why. */
export function SetAsideTab({ id, name }: { id: string; name: string }) {
  const quarantine = useQuery(quarantineQuery(id))
  return (
    <Fetched query={quarantine}>
      {({ rows_in_file, rows_accepted, rows_quarantined, counts, rows }) =>
        rows_quarantined === 0 ? (
          <div className="card">
            <Empty icon={<CircleCheck />} title="Every row of the file was kept">
              {count(rows_in_file)} came, {count(rows_accepted)} are here.
            </Empty>
          </div>
        ) : (
          <Card
            title={`${count(rows_quarantined)} of ${count(rows_in_file)} rows were set aside`}
            actions={
              <Button
                onClick={() =>
                  download(
                    `${name}-set-aside.csv`,
                    csv(
                      ["row", "reason", "explanation", "text"],
                      rows.map((row) => [row.number, row.reason, row.explanation, row.text]),
                    ),
                    "text/csv",
                  )
                }
              >
                Download what was set aside
              </Button>
            }
          >
            <div className="flex flex-col gap-4">
              <Facts items={Object.entries(counts).map(([reason, amount]) => [words(reason), count(amount)])} />
              <SetAside
                problems={rows.map((row) => ({
                  row: row.number,
                  code: row.reason,
                  reason: row.explanation,
                  told: (
                    <>
                      {row.explanation}{" "}
                      <span className="mono mt-0.5 block text-xs break-all text-ink-3">{row.text}</span>
                    </>
                  ),
                }))}
                leftOut={rows_quarantined - rows.length}
              />
            </div>
          </Card>
        )
      }
    </Fetched>
  )
}
