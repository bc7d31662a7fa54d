import { Link } from "@tanstack/react-router"
import { Check } from "lucide-react"
import type { ReactNode } from "react"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import type { Dashboard } from "./queries"

/** How one comes to a model that answers: bring data, train, deploy; the next step is the one with a button. */
export function FirstSteps({ found: { usage } }: { found: Dashboard }) {
  const done = [usage.datasets > 0, usage.models > 0, usage.deployed > 0]
  const next = done.indexOf(false)
  const steps: { title: string; says: string; action: ReactNode }[] = [
    {
      title: "Bring data",
      says: "Upload a table, take one from the record, or ask a query over both. It is profiled, and what cannot be read is set aside and told.",
      action: (
        <Link to="/datasets/new" search={{}}>
          Add data
        </Link>
      ),
    },
    {
      title: "Train a model",
      says: "Say which column it shall tell. Training validates on rows it never saw, looks for columns that know the answer, and writes down how far it can be trusted.",
      action: (
        <Link to="/models/new" search={{}}>
          New model
        </Link>
      ),
    },
    {
      title: "Deploy it",
      says: "From then on it answers, one case or a million. What it says is kept, explained, compared with what really happens, and watched.",
      action: (
        <Link to="/models" search={{}}>
          See models
        </Link>
      ),
    },
  ]
  return (
    <section aria-labelledby="first-steps" className="card p-4 md:p-6">
      <h2 id="first-steps" className="text-base font-semibold">
        From a table to a model that answers
      </h2>
      <ol className="mt-4 grid grid-cols-1 gap-4 md:grid-cols-3">
        {steps.map((step, at) => (
          <li
            key={step.title}
            className={cn("flex flex-col gap-2 rounded-control border p-4", at === next && "border-accent")}
          >
            <p className="flex items-center gap-2 font-semibold">
              <span
                aria-hidden
                className={cn(
                  "grid size-6 place-items-center rounded-full text-xs",
                  done[at] ? "bg-accent text-accent-ink" : "bg-sunken text-ink-2",
                )}
              >
                {done[at] ? <Check className="size-3.5" /> : at + 1}
              </span>
              {step.title}
              {done[at] && <span className="sr-only"> (done)</span>}
            </p>
            <p className="flex-1 text-[13px] text-ink-3">{step.says}</p>
            <div>
              <Button asChild size="sm" variant={at === next ? "solid" : "outline"}>
                {step.action}
              </Button>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
