import { useMutation } from "@tanstack/react-query"
import { CircleAlert, CircleCheck, Stethoscope } from "lucide-react"
import { api, once, type Schema } from "@/api/client"
import { Badge, Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { count } from "@/ui/format"
import { toastError } from "@/ui/toast"

type Checks = Schema["HealthChecks"]

const LINES: { key: keyof Checks; label: string; detail: (checks: Checks) => string }[] = [
  { key: "database", label: "Database", detail: ({ database }) => `PostgreSQL ${database.version}` },
  { key: "migrations", label: "Schema", detail: ({ migrations }) => `revision ${migrations.revision ?? "unknown"}` },
  { key: "workers", label: "Workers", detail: ({ workers }) => `${count(workers.alive)} alive` },
  {
    key: "effects",
    label: "Effects",
    detail: ({ effects }) => `${count(effects.unknown)} of unknown fate, ${count(effects.failed)} failed within a day`,
  },
]

/** Look at the parts of the installation now. */
export function Health() {
  const check = useMutation({
    mutationFn: async () => (await api.POST("/api/admin/autonomous-business/health-check", { headers: once() })).data!,
    onError: (error) => toastError(error),
  })
  const checks = check.data?.checks
  return (
    <Card
      title="Health"
      actions={
        <Button size="sm" busy={check.isPending} onClick={() => check.mutate()}>
          <Stethoscope /> Check now
        </Button>
      }
    >
      {checks ? (
        <dl className="flex flex-col gap-2 text-[13px]">
          {LINES.map(({ key, label, detail }) => (
            <div key={key} className="flex items-center gap-3">
              <dt className="w-20 shrink-0">{label}</dt>
              <dd className="flex min-w-0 flex-1 items-center justify-between gap-2">
                <span className="truncate text-ink-3">{detail(checks)}</span>
                {checks[key].healthy ? (
                  <Badge tone="good" icon={<CircleCheck aria-hidden />}>
                    Well
                  </Badge>
                ) : (
                  <Badge tone="bad" icon={<CircleAlert aria-hidden />}>
                    Needs a look
                  </Badge>
                )}
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="text-[13px] text-ink-3">Database, schema, workers and effects are looked at when you ask.</p>
      )}
    </Card>
  )
}
