import { useQuery, useQueryClient } from "@tanstack/react-query"
import { Link2 } from "lucide-react"
import { useState } from "react"
import { api, query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Card, Copy, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { Select } from "@/ui/field"
import { actor } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { useLoanAct, useOnceKey } from "./acts/use-act"
import type { Loan } from "./queries"

const LINKS = "/api/v1/lending/loans/{loan_id}/links"
const DAYS = [7, 30, 90, 366]

type LinkView = Schema["LinkView"]

/** Links by which the borrower sees the loan: its schedule, pay-off and letters, and nothing else. */
export function LoanLinks({ loan, still }: { loan: Loan; still: boolean }) {
  const can = useCan()
  const client = useQueryClient()
  const path = { loan_id: loan.id }
  const links = useQuery(query.queryOptions("get", LINKS, { params: { path } }))
  const [days, setDays] = useState(90)
  const [made, setMade] = useState<Schema["NewLink"] | null>(null)
  const [revoking, setRevoking] = useState<LinkView | null>(null)
  const keyFor = useOnceKey()
  const mayMake = !still && can("lending:loan:service")
  const make = useLoanAct(
    async (given: { days: number; made: number }) => {
      const { data } = await api.POST(LINKS, {
        params: { path, header: keyFor(given) },
        body: { days: given.days },
      })
      return data!
    },
    (link) => setMade(link),
  )
  const revoke = async (link: LinkView) => {
    await api.DELETE("/api/v1/lending/loans/{loan_id}/links/{link_id}", {
      params: { path: { ...path, link_id: link.id } },
    })
    if (made?.id === link.id) setMade(null)
    toast("The link works no more")
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === LINKS })
  }
  return (
    <Card title="Borrower's links">
      <div className="flex flex-col gap-3 text-[13px]">
        <p className="text-ink-3">
          Whoever has such a link sees the loan's schedule, pay-off and letters. Give it to the borrower alone.
        </p>
        {mayMake && (
          <div className="flex items-center gap-2">
            <Select
              aria-label="How long the link works"
              className="max-w-40"
              value={days}
              onChange={(event) => setDays(Number(event.target.value))}
            >
              {DAYS.map((each) => (
                <option key={each} value={each}>
                  Works {each} days
                </option>
              ))}
            </Select>
            <Button
              busy={make.isPending}
              onClick={() =>
                make.mutate(
                  { days, made: links.data?.items.length ?? 0 },
                  { onError: (error) => toastError(error, "No link was made") },
                )
              }
            >
              <Link2 /> Make a link
            </Button>
          </div>
        )}
        {made?.url && (
          <Notice tone="info" icon={<Link2 aria-hidden />}>
            <div role="status">
              <p className="mb-1 font-medium">Copy it now: it is not shown again.</p>
              <Copy text={made.url} label="Copy the link" />
            </div>
          </Notice>
        )}
        <Fetched query={links} rows={2}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="border-t pt-3 text-ink-3">No link was made yet.</p>
            ) : (
              <ul>
                {items.map((link) => (
                  <li key={link.id} className="flex items-center justify-between gap-3 border-t py-2">
                    <span className="min-w-0">
                      {link.is_usable ? (
                        <Badge tone="info" icon={<Link2 />}>
                          Works
                        </Badge>
                      ) : (
                        <Badge>{link.revoked_at ? "Revoked" : "Expired"}</Badge>
                      )}
                      <span className="mt-0.5 block text-xs text-ink-3">
                        made <When at={link.created_at} /> by {actor(link.created_by)}
                        {link.is_usable && (
                          <>
                            , ends <When at={link.expires_at} />
                          </>
                        )}
                        {link.last_used_at && (
                          <>
                            , used <When at={link.last_used_at} />
                          </>
                        )}
                      </span>
                    </span>
                    {link.is_usable && mayMake && (
                      <Button size="sm" variant="ghost" onClick={() => setRevoking(link)}>
                        Revoke
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Fetched>
      </div>
      <Confirm
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title="Revoke this link?"
        confirm="Revoke"
        danger
        onConfirm={() => revoke(revoking!)}
      >
        It opens nothing from now on. Another can be made.
      </Confirm>
    </Card>
  )
}
