import { useQuery } from "@tanstack/react-query"
import { query } from "@/api/client"
import { Card } from "@/ui/basics"
import { count } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"

const SHOWN = 8
const REFRESH_MILLISECONDS = 20_000

/** The newest signed checkpoints: how much of the log each covers. */
export function CheckpointsCard() {
  const list = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/audit/checkpoints",
      { params: { query: { limit: SHOWN } } },
      { refetchInterval: REFRESH_MILLISECONDS },
    ),
  )
  return (
    <Card title="Newest checkpoints">
      <Fetched query={list} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[13px] text-ink-3">None yet: the first is signed within a minute of the first act.</p>
          ) : (
            <table aria-label="Newest checkpoints" className="w-full text-[13px]">
              <thead>
                <tr className="text-left text-xs text-ink-3">
                  <th scope="col" className="h-7 font-medium">
                    Number
                  </th>
                  <th scope="col" className="h-7 text-right font-medium">
                    Leaves
                  </th>
                  <th scope="col" className="h-7 text-right font-medium">
                    Signed
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((checkpoint) => (
                  <tr key={checkpoint.number} className="border-t">
                    <td className="num h-8">{count(checkpoint.number)}</td>
                    <td className="num h-8 text-right">{count(checkpoint.size)}</td>
                    <td className="h-8 text-right">
                      <When at={checkpoint.created_at} clock="system" />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Fetched>
    </Card>
  )
}
