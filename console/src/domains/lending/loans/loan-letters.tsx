import { useMutation, useQuery } from "@tanstack/react-query"
import { Download, ExternalLink, FilePlus2, Mail, MailCheck, Send } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api, once, query, type Schema } from "@/api/client"
import { useCan, useMe } from "@/app/session"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { download } from "@/ui/download"
import { actor, words } from "@/ui/format"
import { Menu } from "@/ui/menu"
import { Scroll } from "@/ui/scroll"
import { Empty, Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { useLoanAct } from "./acts/use-act"
import { LoanLinks } from "./loan-links"
import type { Loan } from "./queries"

const NewLetter = lazy(() => import("./new-letter"))

type Letter = Schema["LetterView"]
const LETTERS_MAX = 200
export const LETTER_NAMES: Record<Letter["kind"], string> = {
  offer: "Offer",
  schedule: "Schedule",
  adverse_action: "Adverse action",
  statement: "Statement",
  arrears: "Arrears notice",
  settlement: "Settlement",
}
const HOWS: [Schema["SentBody"]["how"], string][] = [
  ["post", "by post"],
  ["email", "by e-mail"],
  ["link", "by link"],
  ["handed", "handed over"],
]

/** Letters about the loan, and the links by which its borrower sees it. */
export function LoanLetters({ loan, still }: { loan: Loan; still: boolean }) {
  const can = useCan()
  const [writing, setWriting] = useState(false)
  const letters = useQuery(
    query.queryOptions("get", "/api/v1/lending/letters", {
      params: { query: { loan: loan.id, limit: LETTERS_MAX } },
    }),
  )
  // The page of another day is for looking alone.
  const mayWrite = !still && can("lending:loan:service")
  const write = mayWrite && (
    <Button onClick={() => setWriting(true)}>
      <FilePlus2 /> New letter
    </Button>
  )
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <Card title="Letters" actions={letters.data?.items.length ? write : null}>
        <Fetched query={letters} rows={3}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<Mail />} title="No letter was issued yet" action={write || undefined}>
                Schedules, statements, arrears notices and settlements, each frozen under its number.
              </Empty>
            ) : (
              <Scroll label="Letters" className="-mx-4 -mb-4 overflow-x-auto border-t">
                <table className="w-full text-[13px]">
                  <caption className="sr-only">Letters about {loan.reference}</caption>
                  <thead className="bg-sunken/60 text-left text-xs text-ink-3">
                    <tr>
                      {["Letter", "Issued", "Sent"].map((name) => (
                        <th key={name} scope="col" className="h-9 px-4 font-medium whitespace-nowrap">
                          {name}
                        </th>
                      ))}
                      <th scope="col">
                        <span className="sr-only">Acts</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((letter) => (
                      <LetterRow key={letter.id} letter={letter} mayMark={mayWrite} />
                    ))}
                  </tbody>
                </table>
              </Scroll>
            )
          }
        </Fetched>
      </Card>
      <LoanLinks loan={loan} still={still} />
      <Suspense>{writing && <NewLetter loan={loan} onClose={() => setWriting(false)} />}</Suspense>
    </div>
  )
}

function LetterRow({ letter, mayMark }: { letter: Letter; mayMark: boolean }) {
  const sent = useLoanAct(
    async (how: Schema["SentBody"]["how"]) => {
      await api.POST("/api/v1/lending/letters/{letter_id}/sent", {
        params: { path: { letter_id: letter.id }, header: once() },
        body: { how },
      })
    },
    () => void toast(`${letter.number} is on record as sent`),
  )
  return (
    <tr className="border-t">
      <td className="px-4 py-2">
        <span className="font-medium">{LETTER_NAMES[letter.kind]}</span>
        <span className="num block text-xs text-ink-3">{letter.number}</span>
      </td>
      <td className="px-4 py-2 whitespace-nowrap">
        <When at={letter.issued_at} />
        <span className="block text-xs text-ink-3">{actor(letter.issued_by)}</span>
      </td>
      <td className="px-4 py-2 whitespace-nowrap">
        {letter.sent_at ? (
          <>
            <Badge icon={<MailCheck />}>{words(letter.sent_how ?? "sent")}</Badge>{" "}
            <When at={letter.sent_at} className="text-xs" />
          </>
        ) : letter.due_at ? (
          <Badge tone="warn" icon={<Mail />}>
            due <When at={letter.due_at} className="text-inherit" />
          </Badge>
        ) : (
          <span className="text-ink-3">Not yet</span>
        )}
      </td>
      <td className="px-4 py-2 text-right whitespace-nowrap">
        <LetterFiles letter={letter} />
        {mayMark && !letter.sent_at && (
          <Menu
            label={`How ${letter.number} went out`}
            items={HOWS.map(([how, label]) => ({
              label: `Sent ${label}`,
              run: () => sent.mutate(how, { onError: (error) => toastError(error) }),
            }))}
            trigger={
              <Button size="sm" variant="ghost" aria-label={`Mark as sent: ${letter.number}`}>
                <Send /> Mark as sent
              </Button>
            }
          />
        )}
      </td>
    </tr>
  )
}

/** A letter as a page and as PDF. */
export function LetterFiles({ letter }: { letter: Pick<Letter, "id" | "number"> }) {
  const me = useMe()
  const path = { letter_id: letter.id }
  // A link cannot say in which organisation; it opens in the first one that a person belongs to.
  const first = me?.places[0]?.organization === me?.organization.slug
  const pdf = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET("/api/v1/lending/letters/{letter_id}/pdf", { params: { path }, parseAs: "blob" })
      download(`${letter.number}.pdf`, data as Blob, "application/pdf")
    },
    onError: (error) => toastError(error, "The letter could not be fetched"),
  })
  return (
    <>
      {first && (
        <Button size="sm" variant="ghost" asChild>
          <a
            href={`/api/v1/lending/letters/${letter.id}/html`}
            target="_blank"
            rel="noreferrer"
            aria-label={`Read ${letter.number} in a new tab`}
          >
            <ExternalLink /> Read
          </a>
        </Button>
      )}
      <Button
        size="sm"
        variant="ghost"
        busy={pdf.isPending}
        onClick={() => pdf.mutate()}
        aria-label={`PDF of ${letter.number}`}
      >
        <Download /> PDF
      </Button>
    </>
  )
}
