import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { query } from "@/api/client"
import { useCan } from "@/app/session"
import { Copy, Facts } from "@/ui/basics"
import { actor } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { LETTER_NAMES, LetterFiles } from "../loans/loan-letters"
import { LetterText } from "./letter-text"
import { MarkSent, Sent } from "./sending"

const SEAL_SHOWN = 16

/** A letter as it was issued, every word of it, with what became of it. */
export function LetterPanel({ letterId }: { letterId: string }) {
  const can = useCan()
  const letter = useQuery(
    query.queryOptions("get", "/api/v1/lending/letters/{letter_id}", { params: { path: { letter_id: letterId } } }),
  )
  return (
    <Fetched query={letter}>
      {(found) => (
        <div className="flex flex-col gap-4">
          <div>
            <h2 className="text-base font-semibold break-words">{found.recipient}</h2>
            <p className="num mt-0.5 text-[13px] text-ink-3">
              {LETTER_NAMES[found.kind]}, {found.number}
            </p>
          </div>
          <div className="flex flex-wrap items-center gap-1.5">
            <LetterFiles letter={found} />
            {!found.sent_at && can("lending:loan:service") && <MarkSent small ids={[found.id]} label={found.number} />}
          </div>
          <Facts
            items={[
              [
                "About",
                found.loan_id ? (
                  <Link
                    key="about"
                    to="/loans/$loanId"
                    params={{ loanId: found.loan_id }}
                    className="text-accent hover:underline"
                  >
                    The loan
                  </Link>
                ) : found.application_id ? (
                  <Link
                    key="about"
                    to="/applications/$applicationId"
                    params={{ applicationId: found.application_id }}
                    className="text-accent hover:underline"
                  >
                    The application
                  </Link>
                ) : (
                  "–"
                ),
              ],
              [
                "Issued",
                <span key="issued">
                  <When at={found.issued_at} /> by {actor(found.issued_by)}
                </span>,
              ],
              ["Sent", <Sent key="sent" letter={found} />],
              [
                "Seal",
                <Copy key="seal" text={found.digest} label="Copy the seal">
                  {found.digest.slice(0, SEAL_SHOWN)}…
                </Copy>,
              ],
            ]}
          />
          <LetterText document={found.document} />
        </div>
      )}
    </Fetched>
  )
}
