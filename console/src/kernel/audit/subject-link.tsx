import { Link } from "@tanstack/react-router"
import { words } from "@/ui/format"
import { subjectOf } from "./acts"

const SHORT = 8

/** What an act was about: its type, and a link where there is a page for it. */
export function SubjectLink({ subject, whole }: { subject: string; whole?: boolean }) {
  const { type, id } = subjectOf(subject)
  const face = (
    <>
      {words(type)}{" "}
      <span className="mono text-xs">{whole || id.length <= 2 * SHORT ? id : `…${id.slice(-SHORT)}`}</span>
    </>
  )
  const style = "break-all hover:underline"
  if (type === "decision")
    return (
      <Link to="/decisions/$decisionId" params={{ decisionId: id }} className={style}>
        {face}
      </Link>
    )
  if (type === "approval")
    return (
      <Link to="/approvals" search={{ id }} className={style}>
        {face}
      </Link>
    )
  if (type === "task")
    return (
      <Link to="/tasks" search={{ peek: id }} className={style}>
        {face}
      </Link>
    )
  if (type === "alert")
    return (
      <Link to="/alerts" search={{ peek: id }} className={style}>
        {face}
      </Link>
    )
  return <span className="break-all">{face}</span>
}
