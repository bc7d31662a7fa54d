import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { CircleAlert, CircleCheck, Clock } from "lucide-react"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { type Column, DataTable, Pager } from "@/ui/data-table"
import { Empty, Failed } from "@/ui/states"
import { When } from "@/ui/when"
import { LetterFiles } from "../loans/loan-letters"
import { IssueNotice } from "./issue-notice"
import type { LetterSearch } from "./search"
import { MarkSent } from "./sending"

type Notice = Schema["NoticeView"]
const PAGE_SIZE = 50
const SOON_DAYS = 7

/** Rejections whose notice is owed by law and not sent, the most urgent first. */
export function NoticesDue({
  search,
  onChange,
}: {
  search: LetterSearch
  onChange: (part: Partial<LetterSearch>, quiet?: boolean) => void
}) {
  const can = useCan()
  const may = can("lending:loan:service")
  const [issued, setIssued] = useState<Notice | null>(null)
  const notices = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/lending/notices/due",
      { params: { query: { after: search.after, limit: PAGE_SIZE } } },
      { placeholderData: keepPreviousData, refetchOnWindowFocus: false },
    ),
  )
  const items = notices.data?.items
  if (notices.error && !items)
    return (
      <div className="card">
        <Failed error={notices.error} retry={() => void notices.refetch()} />
      </div>
    )
  const ready = items?.filter((each) => each.letter_id !== null).map((each) => each.letter_id!) ?? []
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-[13px] text-ink-3">
          Whoever is rejected must be told why in time. Nothing is sent from here: put on record what went out.
        </p>
        {may && ready.length > 1 && <MarkSent small ids={ready} label="notices on this page" />}
      </div>
      <DataTable
        label="Notices that are owed"
        columns={columnsFor(may, setIssued)}
        rows={items}
        rowId={(row) => row.application_id}
        busy={notices.isFetching}
        empty={
          <Empty icon={<CircleCheck />} title="No notice is owed">
            Every rejection has its notice on record as sent.
          </Empty>
        }
        footer={
          <Pager
            shown={items?.length ?? 0}
            after={search.after}
            next={notices.data?.next}
            onPage={(after) => onChange({ after })}
          />
        }
      />
      {issued && <IssueNotice notice={issued} onClose={() => setIssued(null)} />}
    </div>
  )
}

/** How long there is, in words: late ones in red, with an icon. */
function Left({ notice }: { notice: Notice }) {
  const days = notice.days_left
  if (notice.is_late)
    return (
      <Badge tone="bad" icon={<CircleAlert />} className="num">
        {days < -2 ? `${-days - 1} days late` : days === -2 ? "1 day late" : "Late"}
      </Badge>
    )
  return (
    <Badge tone={days < SOON_DAYS ? "warn" : "neutral"} icon={<Clock />} className="num">
      {days === 0 ? "Today" : days === 1 ? "1 day left" : `${days} days left`}
    </Badge>
  )
}

const columnsFor = (may: boolean, onIssue: (notice: Notice) => void): Column<Notice>[] => [
  { id: "left", header: "Left", cell: (row) => <Left notice={row} /> },
  {
    id: "application",
    header: "Application",
    cell: (row) => (
      <Link
        to="/applications/$applicationId"
        params={{ applicationId: row.application_id }}
        className="num font-medium hover:underline"
      >
        {row.reference}
      </Link>
    ),
  },
  { id: "rejected", header: "Rejected", cell: (row) => <When at={row.rejected_at} />, wide: true },
  { id: "due", header: "Due", cell: (row) => <When at={row.due_at} />, wide: true },
  {
    id: "letter",
    header: "Letter",
    cell: (row) =>
      row.letter_number ? (
        <span className="num">{row.letter_number}</span>
      ) : (
        <span className="inline-flex max-w-80 items-center gap-1 text-review" title={row.problem ?? undefined}>
          <CircleAlert aria-hidden className="size-3.5 shrink-0" />
          <span className="truncate">{row.problem ?? "Not written yet"}</span>
        </span>
      ),
    wide: true,
  },
  {
    id: "acts",
    header: <span className="sr-only">Acts</span>,
    align: "right",
    cell: (row) => (
      <span className="inline-flex items-center justify-end gap-1">
        {row.letter_id && <LetterFiles letter={{ id: row.letter_id, number: row.letter_number ?? "letter" }} />}
        {may &&
          (row.letter_id ? (
            <MarkSent small ids={[row.letter_id]} label={row.letter_number ?? "letter"} />
          ) : (
            <Button size="sm" variant="solid" onClick={() => onIssue(row)}>
              Issue it
              <span className="sr-only"> for {row.reference}</span>
            </Button>
          ))}
      </span>
    ),
  },
]
