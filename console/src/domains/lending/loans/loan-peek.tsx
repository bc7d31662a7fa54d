import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Fetched } from "@/ui/states"
import { dayText } from "../terms/days"
import { Amount, rateText } from "./amounts"
import { instalmentKey } from "./history"
import { loanQuery } from "./queries"
import { DaysPastDue, InstalmentStatus, LoanState } from "./states"

const SHOWN_MAX = 6

/** A look at a loan from the list: its figures and the instalments around today. */
export function LoanPeek({ loanId }: { loanId: string }) {
  const query = useQuery(loanQuery(loanId))
  return (
    <Fetched query={query}>
      {({ figures, currency, ...loan }) => {
        const open = loan.instalments.findIndex((each) => Number(each.left) > 0)
        const around = loan.instalments.slice(Math.max(0, open - 1)).slice(0, SHOWN_MAX)
        return (
          <div className="flex flex-col gap-4">
            <div>
              <h2 className="text-base font-semibold break-words">{loan.borrower}</h2>
              <p className="mt-1 flex flex-wrap items-center gap-2 text-[13px] text-ink-3">
                {loan.reference} <LoanState state={figures.state} />
                {figures.days_past_due > 0 && <DaysPastDue days={figures.days_past_due} />}
              </p>
            </div>
            <Facts
              items={[
                ["Owed today", <Amount key="owed" value={figures.owed} currency={currency} />],
                ["Outstanding", <Amount key="out" value={figures.outstanding} currency={currency} />],
                ["Arrears", <Amount key="arrears" value={figures.arrears} currency={currency} />],
                ["Next due", figures.next_due_on ? dayText(figures.next_due_on) : "–"],
                ["Rate", rateText(figures.rate)],
                ["Matures", loan.matures_on ? dayText(loan.matures_on) : "–"],
              ]}
            />
            {open >= 0 && (
              <table className="w-full text-[13px]">
                <caption className="pb-1 text-left text-xs text-ink-3">Instalments around today</caption>
                <tbody>
                  {around.map((each) => (
                    <tr key={instalmentKey(each)} className="border-t">
                      <th scope="row" className="num py-1.5 pr-2 text-left font-normal whitespace-nowrap">
                        {dayText(each.due)}
                      </th>
                      <td className="py-1.5 pr-2 text-right">
                        <Amount value={each.total} currency={currency} />
                      </td>
                      <td className="py-1.5 text-right text-xs">
                        <InstalmentStatus status={each.status} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            <Button asChild variant="solid">
              <Link to="/loans/$loanId" params={{ loanId }} search={{}}>
                Open loan
              </Link>
            </Button>
          </div>
        )
      }}
    </Fetched>
  )
}
