import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Mail, SearchX, X } from "lucide-react"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { allChoices, Chips, FacetMenu } from "@/ui/facets"
import { actor } from "@/ui/format"
import { SidePanel, useRoom } from "@/ui/side-panel"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { LETTER_NAMES } from "../loans/loan-letters"
import { LetterPanel } from "./letter-panel"
import { KINDS, type LetterSearch } from "./search"
import { MarkSent, Sent } from "./sending"

type Letter = Schema["LetterView"]
const PAGE_SIZE = 50
const NOTHING = { kind: undefined, sent: undefined, loan: undefined, application: undefined }

/** Letters that were issued, newest first. */
export function LettersList({
  search,
  onChange,
}: {
  search: LetterSearch
  onChange: (part: Partial<LetterSearch>, quiet?: boolean) => void
}) {
  const can = useCan()
  const room = useRoom()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { kind, sent, loan, application, after, peek } = search
  const letters = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/letters",
      {
        params: {
          query: {
            kind,
            sent: sent && sent === "yes",
            loan,
            application,
            after: after ? Number(after) : undefined,
            limit: PAGE_SIZE,
          },
        },
      },
      { placeholderData: keepPreviousData, refetchOnWindowFocus: false },
    ),
  )
  const change = (part: Partial<LetterSearch>) => {
    setChosen(new Set())
    onChange({ after: undefined, peek: undefined, ...part })
  }
  const filtered = [kind, sent, loan, application].some((each) => each !== undefined)
  const items = letters.data?.items
  const markable = items?.filter((each) => chosen.has(each.id) && !each.sent_at).map((each) => each.id) ?? []
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  if (letters.error && !items)
    return (
      <div className="card">
        <Failed error={letters.error} retry={() => void letters.refetch()} />
      </div>
    )
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <FacetMenu
          label="Kind"
          choices={allChoices(KINDS, (each) => LETTER_NAMES[each], undefined)}
          chosen={kind}
          onChange={(next) => change({ kind: next })}
        />
        <Chips
          label="Sent or not"
          choices={[
            { value: "no", label: "Not sent" },
            { value: "yes", label: "Sent" },
          ]}
          chosen={sent ? [sent] : []}
          onChange={(next) => change({ sent: next?.find((each) => each !== sent) as LetterSearch["sent"] })}
        />
        {(loan || application) && (
          <Button size="sm" onClick={() => change({ loan: undefined, application: undefined })}>
            {loan ? "One loan only" : "One application only"} <X aria-label="Take away" />
          </Button>
        )}
        {filtered && (
          <Button variant="ghost" onClick={() => change(NOTHING)}>
            Clear filters
          </Button>
        )}
        {markable.length > 0 && (
          <span className="ml-auto flex items-center gap-2 text-[13px] text-ink-3">
            {markable.length} chosen
            <MarkSent small ids={markable} label="chosen letters" onDone={() => setChosen(new Set())} />
          </span>
        )}
      </div>
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          <DataTable
            label="Letters"
            columns={room && peek ? COLUMNS.filter((column) => column.id !== "by" && column.id !== "about") : COLUMNS}
            rows={items}
            rowId={(row) => row.id}
            busy={letters.isFetching}
            current={peek}
            onCurrent={(row) => onChange({ peek: row.id }, true)}
            selection={
              can("lending:loan:service")
                ? {
                    ids: chosen,
                    toggle,
                    toggleAll: (ids) => setChosen(new Set(ids)),
                    label: (id) => `Select ${items?.find((each) => each.id === id)?.number ?? "letter"}`,
                  }
                : undefined
            }
            empty={
              filtered ? (
                <Empty
                  icon={<SearchX />}
                  title="No letter is like that"
                  action={<Button onClick={() => change(NOTHING)}>Show all letters</Button>}
                >
                  Take a filter away.
                </Empty>
              ) : (
                <Empty
                  icon={<Mail />}
                  title="No letter was issued yet"
                  action={
                    <Button asChild>
                      <Link to="/loans">See loans</Link>
                    </Button>
                  }
                >
                  Offers and notices write themselves; schedules and statements are issued on the page of a loan.
                </Empty>
              )
            }
            footer={
              <Pager
                shown={items?.length ?? 0}
                after={after}
                next={letters.data?.next}
                onPage={(next) => onChange({ after: next, peek: undefined })}
              />
            }
          />
        </div>
        {peek && (
          <SidePanel title="Letter" opens={false} onClose={() => onChange({ peek: undefined }, true)}>
            <LetterPanel key={peek} letterId={peek} />
          </SidePanel>
        )}
      </div>
    </>
  )
}

const COLUMNS: Column<Letter>[] = [
  {
    id: "kind",
    header: "Letter",
    cell: (row) => (
      <span className="block leading-4">
        <span className="block font-medium">{LETTER_NAMES[row.kind]}</span>
        <span className="num block text-xs text-ink-3">{row.number}</span>
      </span>
    ),
  },
  { id: "recipient", header: "To", cell: (row) => <span className="block max-w-64 truncate">{row.recipient}</span> },
  { id: "about", header: "About", cell: (row) => <About row={row} />, wide: true },
  { id: "issued", header: "Issued", cell: (row) => <When at={row.issued_at} />, wide: true },
  { id: "by", header: "By", cell: (row) => <span className="text-ink-2">{actor(row.issued_by)}</span>, wide: true },
  { id: "sent", header: "Sent", cell: (row) => <Sent letter={row} />, wide: true },
]

const About = ({ row }: { row: Letter }) =>
  row.loan_id ? (
    <Link to="/loans/$loanId" params={{ loanId: row.loan_id }} className="hover:underline">
      Loan
    </Link>
  ) : row.application_id ? (
    <Link to="/applications/$applicationId" params={{ applicationId: row.application_id }} className="hover:underline">
      Application
    </Link>
  ) : (
    <span className="text-ink-3">–</span>
  )
