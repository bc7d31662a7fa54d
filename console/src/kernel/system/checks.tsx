import { CircleAlert, CircleCheck, TriangleAlert } from "lucide-react"
import { Badge, Card } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { count } from "@/ui/format"
import { Remedy } from "./remedy"
import { byGroup, type Check, checkLabel, groupLabel, troubles } from "./wording"

/** What the doctor found: what is wrong first, each with what to do; what is well stands folded below. */
export function Checks({ checks }: { checks: Check[] }) {
  const wrong = troubles(checks)
  const well = checks.filter(({ state }) => state === "ok")
  return (
    <Card title="Checks">
      {wrong.length > 0 && (
        <ul aria-label="What is wrong" className="mb-3 flex flex-col gap-2">
          {wrong.map((check) => (
            <Trouble key={check.name} check={check} />
          ))}
        </ul>
      )}
      <div className="flex flex-col gap-1.5">
        {byGroup(well).map(([group, found]) => (
          <details key={group} className="rounded-control border px-3 py-2 text-[13px]">
            <summary className="cursor-pointer">
              <span className="inline-flex items-center gap-1.5">
                <CircleCheck aria-hidden className="size-4 text-ink-3" />
                <span className="font-medium">{groupLabel(group)}</span>
                <span className="text-ink-3">
                  {found.length === 1 ? "1 check is well" : `${count(found.length)} checks are well`}
                </span>
              </span>
            </summary>
            <dl className="mt-2 grid gap-x-6 gap-y-1.5 md:grid-cols-[11rem_minmax(0,1fr)]">
              {found.map((check) => (
                <div key={check.name} className="contents">
                  <dt className="text-ink-3">{checkLabel(check)}</dt>
                  <dd className="mb-1 break-words md:mb-0">{check.summary}</dd>
                </div>
              ))}
            </dl>
          </details>
        ))}
      </div>
    </Card>
  )
}

function Trouble({ check }: { check: Check }) {
  const failed = check.state === "failed"
  return (
    <li
      className={cn(
        "rounded-control border-l-2 bg-sunken/60 px-3 py-2 text-[13px]",
        failed ? "border-decline-fill" : "border-review-fill",
      )}
    >
      <div className="flex flex-wrap items-center gap-2">
        <Badge
          tone={failed ? "bad" : "warn"}
          icon={failed ? <CircleAlert aria-hidden /> : <TriangleAlert aria-hidden />}
        >
          {failed ? "Broken" : "Look at this"}
        </Badge>
        <span className="text-xs text-ink-3">
          {groupLabel(check.group)} · {checkLabel(check)}
        </span>
      </div>
      <p className="mt-1.5 font-medium break-words">{check.summary}</p>
      {check.remedy && (
        <p className="mt-0.5 text-ink-2">
          <Remedy text={check.remedy} />
        </p>
      )}
    </li>
  )
}
