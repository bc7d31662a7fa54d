import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowRight, CircleCheck, CircleDashed, X } from "lucide-react"
import { useState } from "react"
import { query } from "@/api/client"
import { useOrganization } from "@/app/session"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"

const dismissedKey = (organization: string) => `first-steps-dismissed-${organization}`

function wasDismissed(organization: string): boolean {
  try {
    return localStorage.getItem(dismissedKey(organization)) !== null
  } catch {
    return false
  }
}

/** The way from an empty installation to a business that runs, until every step is done or the reader puts it away. */
export function FirstSteps() {
  const slug = useOrganization()?.slug ?? ""
  const [dismissed, setDismissed] = useState(false)
  const steps = useQuery(query.queryOptions("get", "/api/admin/autonomous-business/checklist"))
  const items = steps.data?.steps ?? []
  const left = items.filter((step) => !step.done).length
  if (!slug || dismissed || wasDismissed(slug) || left === 0) return null
  const dismiss = () => {
    try {
      localStorage.setItem(dismissedKey(slug), "1")
    } catch {
      // Storage is blocked: it comes back with the next visit.
    }
    setDismissed(true)
  }
  return (
    <Card
      title={`First steps: ${items.length - left} of ${items.length} done`}
      actions={
        <Button size="icon" variant="ghost" aria-label="Put the first steps away" onClick={dismiss}>
          <X />
        </Button>
      }
    >
      <ol className="grid gap-x-6 gap-y-1 md:grid-cols-2 xl:grid-cols-3">
        {items.map((step) => (
          <li key={step.id}>
            <Link
              to={step.link}
              className="group -mx-2 flex items-start gap-2.5 rounded-control px-2 py-2 hover:bg-sunken"
            >
              {step.done ? (
                <CircleCheck aria-label="Done" className="mt-0.5 size-4 shrink-0 text-approve" />
              ) : (
                <CircleDashed aria-label="To do" className="mt-0.5 size-4 shrink-0 text-ink-3" />
              )}
              <span className="min-w-0 flex-1">
                <span
                  className={cn(
                    "flex items-center gap-1 text-[13px] font-medium",
                    step.done && "text-ink-3 line-through",
                  )}
                >
                  {step.title}
                  {!step.done && <ArrowRight aria-hidden className="size-3.5 opacity-0 group-hover:opacity-100" />}
                </span>
                <span className="block text-xs text-ink-3">{step.why}</span>
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  )
}
