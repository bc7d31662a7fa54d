import { Link } from "@tanstack/react-router"
import { ArrowRight } from "lucide-react"
import type { Schema } from "@/api/client"
import { words } from "@/ui/format"

type Reference = Schema["AlertDetail"]["refers_to"][number]

const LINK = "inline-flex items-center gap-1.5 text-accent hover:underline [&_svg]:size-3.5"

/** Links to what an alert is about. */
export function RefersTo({ references }: { references: Reference[] }) {
  if (references.length === 0) return null
  return (
    <section>
      <h3 className="mb-1.5 text-[13px] font-semibold">What it is about</h3>
      <ul className="flex flex-col gap-1 text-[13px]">
        {references.map((reference) => (
          <li key={`${reference.type} ${reference.id}`}>
            <ReferenceLink {...reference} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function ReferenceLink({ type, id }: Reference) {
  switch (type) {
    case "decision":
      return (
        <Link to="/decisions/$decisionId" params={{ decisionId: id }} className={LINK}>
          The newest decision of this kind when it was raised <ArrowRight aria-hidden />
        </Link>
      )
    case "subject":
      return (
        <Link to="/decisions" search={{ subject_id: id }} className={LINK}>
          Every decision about this subject <ArrowRight aria-hidden />
        </Link>
      )
    case "approval":
      return (
        <Link to="/approvals" search={{ id }} className={LINK}>
          The case <ArrowRight aria-hidden />
        </Link>
      )
    case "task":
      return (
        <Link to="/tasks" search={{ peek: id }} className={LINK}>
          The task <ArrowRight aria-hidden />
        </Link>
      )
    case "component":
      return (
        <Link to="/autonomy" className={LINK}>
          The component {words(id)}, its level and record <ArrowRight aria-hidden />
        </Link>
      )
    case "anomaly":
      return (
        <Link to="/anomalies" search={{ id, state: "all" }} className={LINK}>
          The anomaly, with what happened together <ArrowRight aria-hidden />
        </Link>
      )
    case "model":
      return (
        <Link to="/models/$modelId" params={{ modelId: id }} search={{ tab: "monitoring" }} className={LINK}>
          How the model has done <ArrowRight aria-hidden />
        </Link>
      )
    case "effect":
      return (
        <Link to="/audit" search={{ subject: `effect:${id}` }} className={LINK}>
          What the log says of the effect <ArrowRight aria-hidden />
        </Link>
      )
  }
}
