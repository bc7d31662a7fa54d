import { Link } from "@tanstack/react-router"
import { Card, Facts } from "@/ui/basics"
import { count } from "@/ui/format"
import { When } from "@/ui/when"
import { type Request, Standing } from "./state"

/** What an erasure did: rows by table, what had to stay, and what to tell the person. */
export function RequestResult({ request }: { request: Request }) {
  const rows = Object.entries(request.rows ?? {})
    .filter(([, each]) => each > 0)
    .sort(([, one], [, other]) => other - one)
  const sum = rows.reduce((all, [, each]) => all + each, 0)
  return (
    <>
      <Card
        title={`Erased: ${count(sum)} ${sum === 1 ? "row" : "rows"}`}
        actions={
          <Link
            to="/audit"
            search={{ subject: `person_request:${request.id}` }}
            className="text-xs text-accent hover:underline"
          >
            On the audit record
          </Link>
        }
      >
        <Facts
          items={rows.map(([table, each]) => [
            <span key={table} className="mono">
              {table}
            </span>,
            count(each),
          ])}
        />
        <p className="mt-3 text-xs text-ink-3">
          Backups that were made before still have it until they expire; what you told other systems they have too.
          Restore with care: carry out later erasures again.
        </p>
      </Card>
      {request.stays.length > 0 && (
        <Card title={`Had to stay: ${count(request.stays.length)}. Tell them why, and until when.`}>
          <ul className="flex flex-col gap-2 text-[13px]">
            {request.stays.map((each) => (
              <li key={each.root} className="flex flex-wrap items-center gap-2">
                <Standing standing={each.standing} /> {each.title}
                {each.until && (
                  <span className="text-ink-3">
                    can go <When at={each.until} />
                  </span>
                )}
                <span className="text-ink-3">{each.why}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}
