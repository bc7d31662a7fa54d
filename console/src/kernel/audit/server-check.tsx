import { useMutation } from "@tanstack/react-query"
import { BadgeCheck, Server, ShieldAlert } from "lucide-react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Card, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { count, words } from "@/ui/format"

/** The server's own check: also every record that the log binds, and the checkpoint file outside the database. */
export function ServerCheck() {
  const verify = useMutation({
    mutationFn: async () => (await api.POST("/api/v1/audit/verify", {})).data,
  })
  const report = verify.data
  return (
    <Card title="On the server">
      <p className="text-[13px] text-ink-2">
        Compares every record in the database with its leaf, and the log with the signed checkpoints that are kept
        outside the database.
      </p>
      <div className="mt-3">
        <Button busy={verify.isPending} onClick={() => verify.mutate()}>
          {!verify.isPending && <Server aria-hidden />} Verify on the server
        </Button>
      </div>
      <div className="mt-3 flex flex-col gap-3 empty:hidden" aria-live="polite">
        {verify.error && (
          <Notice tone="warn">
            <span className="font-medium">The check was not finished.</span> {asApiError(verify.error).sentence}
          </Notice>
        )}
        {report && !verify.isPending && (
          <>
            {report.ok ? (
              <Notice icon={<BadgeCheck aria-hidden />}>
                <span className="font-medium">The log is whole,</span> and so are the records it binds.
              </Notice>
            ) : (
              <Notice tone="bad" icon={<ShieldAlert aria-hidden />}>
                <span role="alert">
                  <span className="font-medium">
                    {report.finding_count === 1
                      ? "One thing does not fit."
                      : `${count(report.finding_count)} things do not fit.`}
                  </span>{" "}
                  First: {report.first}
                </span>
              </Notice>
            )}
            {report.notices.map((notice) => (
              <Notice key={notice} tone="warn">
                {notice}
              </Notice>
            ))}
            <Facts
              items={[
                ["Leaves", count(report.leaves)],
                ["Not sealed yet", count(report.unsealed)],
                ["Checkpoints", count(report.checkpoints)],
                ...Object.entries(report.rows).map(([table, rows]): [string, string] => [
                  `${words(table)} compared`,
                  count(rows),
                ]),
                ...(report.erased ? ([["Erased by law", count(report.erased)]] as [string, string][]) : []),
              ]}
            />
          </>
        )}
      </div>
    </Card>
  )
}
