import { Link } from "@tanstack/react-router"
import type { Schema } from "@/api/client"
import { words } from "@/ui/format"

type Use = Schema["ListUse"]

/** The policies in force that ask a list, each with its rules. */
export function UsedBy({ uses, rules }: { uses: Use[]; rules?: boolean }) {
  if (uses.length === 0) return <span className="text-ink-3">no policy</span>
  return (
    <span className="inline-flex flex-wrap gap-x-2">
      {uses.map((use) => (
        <span key={use.kind}>
          <Link
            to="/policy/$kind"
            params={{ kind: use.kind }}
            className="text-accent underline-offset-2 hover:underline"
          >
            {words(use.kind)}
          </Link>
          <span className="text-ink-3">
            {rules ? `: ${use.rules.map(words).join(", ")}` : ` (${use.rules.length})`}
          </span>
        </span>
      ))}
    </span>
  )
}
