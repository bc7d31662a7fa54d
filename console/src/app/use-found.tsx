import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { Banknote, FileText } from "lucide-react"
import { query } from "@/api/client"
import { money, words } from "@/ui/format"
import { Verdict } from "@/ui/verdict"
import { When } from "@/ui/when"
import type { MenuEntry } from "./command-menu"
import { useCan } from "./session"

const FOUND_MAX = 6
const RECENT_MAX = 4
const ASKED_FROM = 2

interface Found {
  decisions: MenuEntry[]
  applications: MenuEntry[]
  loans: MenuEntry[]
  busy: boolean
}

const Moment = ({ at }: { at: string }) => (
  <span className="ml-auto shrink-0 pl-2 text-xs">
    <When at={at} />
  </span>
)

/** What the server finds for what was typed; before anything is typed, the newest decisions. */
export function useFound(q: string, closing: (act: () => void) => () => void): Found {
  const can = useCan()
  const navigate = useNavigate()
  const asking = q.length >= ASKED_FROM
  const decisions = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/decisions",
      { params: { query: asking ? { q, limit: FOUND_MAX } : { limit: RECENT_MAX } } },
      { enabled: can("kernel:decision:read") && (asking || q === "") },
    ),
  )
  const applications = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/applications",
      { params: { query: { q, limit: FOUND_MAX } } },
      { enabled: can("lending:application:read") && asking },
    ),
  )
  const loans = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/loans",
      { params: { query: { q, limit: FOUND_MAX } } },
      { enabled: can("lending:loan:read") && asking },
    ),
  )
  const shown = asking || q === ""
  return {
    decisions: ((shown && decisions.data?.items) || []).map((decision) => ({
      id: decision.id,
      label: decision.summary ?? "",
      terms: [],
      found: true,
      run: closing(() => void navigate({ to: "/decisions/$decisionId", params: { decisionId: decision.id } })),
      content: (
        <>
          <Verdict verdict={decision.verdict} />
          <span className="truncate">{decision.summary || words(decision.kind)}</span>
          <Moment at={decision.decided_at} />
        </>
      ),
    })),
    applications: ((asking && applications.data?.items) || []).map((application) => ({
      id: application.id,
      label: application.reference,
      terms: [],
      found: true,
      run: closing(
        () => void navigate({ to: "/applications/$applicationId", params: { applicationId: application.id } }),
      ),
      content: (
        <>
          <FileText aria-hidden />
          <span className="mono truncate">{application.reference}</span>
          <span className="truncate text-ink-2">
            {money(application.amount, application.currency)} · {words(application.state).toLowerCase()}
          </span>
          <Moment at={application.submitted_at} />
        </>
      ),
    })),
    loans: ((asking && loans.data?.items) || []).map((loan) => ({
      id: loan.id,
      label: loan.reference,
      terms: [],
      found: true,
      run: closing(() => void navigate({ to: "/loans/$loanId", params: { loanId: loan.id }, search: {} })),
      content: (
        <>
          <Banknote aria-hidden />
          <span className="mono truncate">{loan.reference}</span>
          <span className="truncate text-ink-2">{loan.borrower}</span>
          <span className="num ml-auto shrink-0 pl-2 text-xs text-ink-3">
            {money(loan.outstanding, loan.currency)}
            {loan.days_past_due > 0 ? ` · ${loan.days_past_due} days late` : ` · ${words(loan.state).toLowerCase()}`}
          </span>
        </>
      ),
    })),
    busy: decisions.isFetching || applications.isFetching || loans.isFetching,
  }
}
