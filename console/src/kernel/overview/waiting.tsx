import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CheckCheck } from "lucide-react"
import { query } from "@/api/client"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { words } from "@/ui/format"
import { Empty, Fetched } from "@/ui/states"
import { When } from "@/ui/when"

const SHOWN = 6

/** The cases that are due next. */
export function Waiting() {
  const approvals = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/approvals",
      { params: { query: { state: "open", limit: SHOWN } } },
      { placeholderData: keepPreviousData },
    ),
  )
  return (
    <Card
      title="Waiting for a person"
      actions={
        <Button size="sm" variant="ghost" asChild>
          <Link to="/approvals">Open the inbox</Link>
        </Button>
      }
    >
      <Fetched query={approvals} rows={SHOWN}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<CheckCheck />} title="Nothing waits">
              Cases that the business may not decide alone appear here.
            </Empty>
          ) : (
            <ul className="-mx-2">
              {items.map((approval) => (
                <li key={approval.id}>
                  <Link
                    to="/approvals"
                    search={{ id: approval.id }}
                    className="flex items-baseline gap-3 rounded-control px-2 py-1.5 text-[13px] hover:bg-sunken"
                  >
                    <span className="min-w-0 flex-1 truncate">{approval.summary || words(approval.kind)}</span>
                    <span className="text-xs text-ink-3">
                      due <When at={approval.due_at} />
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
    </Card>
  )
}
