import { Link } from "@tanstack/react-router"
import { ArrowRight, PenLine } from "lucide-react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { actor } from "@/ui/format"
import { When } from "@/ui/when"
import type { Control } from "./families"
import { Shown, Status } from "./status"

/** One control: how the installation meets it, what the record shows of that, and what people put on record. */
export function ControlCard({
  control,
  current,
  onState,
}: {
  control: Control
  current: boolean
  onState: () => void
}) {
  const { statement } = control
  const mayState = useCan()("kernel:evidence:state")
  return (
    <article
      id={control.id}
      aria-label={control.title}
      aria-current={current || undefined}
      className={cn(
        "card grid gap-x-6 gap-y-3 p-4 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]",
        current && "border-accent",
      )}
    >
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <span className="mono text-xs text-ink-3">{control.criterion}</span>
          <Status status={control.status} />
        </div>
        <h3 className="mt-1 font-medium">{control.title}</h3>
        <p className="mt-0.5 text-[13px] text-ink-3">{control.how}</p>
      </div>
      <div className="flex min-w-0 flex-col gap-2 text-[13px]">
        {control.facts.length > 0 && (
          <ul className="flex flex-col gap-1.5">
            {control.facts.map((fact) => (
              <li key={fact.name} className="flex items-start gap-2">
                <Shown shown={fact.shown} />
                <span className="min-w-0 flex-1">
                  {fact.text} {fact.at && <When at={fact.at} clock={fact.clock} />}
                </span>
                {fact.page && (
                  <Link
                    to={fact.page}
                    aria-label={`See it: ${fact.text}`}
                    className="inline-flex shrink-0 items-center gap-0.5 text-xs text-accent hover:underline"
                  >
                    See it <ArrowRight aria-hidden className="size-3" />
                  </Link>
                )}
              </li>
            ))}
          </ul>
        )}
        {statement && (
          <blockquote className="border-l-2 pl-3">
            <p className="break-words whitespace-pre-wrap">{statement.note}</p>
            <footer className="text-xs text-ink-3">
              {actor(statement.by)}, <When at={statement.at} clock="system" />
            </footer>
          </blockquote>
        )}
        <div className="flex flex-wrap items-center justify-between gap-2">
          <span className="text-xs text-ink-3">
            {control.by_hand &&
              (statement && control.due_at ? (
                <>
                  To be confirmed again <When at={control.due_at} clock="system" />
                </>
              ) : (
                "Shown by a person’s word: nobody has put it on record yet."
              ))}
          </span>
          {mayState && (
            <Button
              size="sm"
              variant={control.by_hand ? "outline" : "ghost"}
              aria-label={`Put on record: ${control.title}`}
              onClick={onState}
            >
              <PenLine aria-hidden /> Put on record
            </Button>
          )}
        </div>
      </div>
    </article>
  )
}
