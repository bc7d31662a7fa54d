import { useQuery } from "@tanstack/react-query"
import { CircleSlash, Power } from "lucide-react"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Card, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { DryRun } from "./dry-run"
import { RetentionRuns } from "./retention-runs"
import { RuleDialog } from "./rule-dialog"
import { days } from "./state"

type Rule = Schema["RetentionRuleView"]

/** For how long each class of data is kept after its end, and what has gone by that. */
export function RetentionTab() {
  const rules = useQuery(query.queryOptions("get", "/api/v1/privacy/retention"))
  return (
    <div className="flex flex-col gap-4">
      <Notice>
        Nothing is deleted unless you switch a rule on. A legal hold stops a rule; the legal minimum is a cautious
        default that you set for where you are.
      </Notice>
      <Fetched query={rules}>
        {({ items }) => (
          <div className="grid gap-4 lg:grid-cols-2">
            {items.map((rule) => (
              <RuleCard key={rule.data_class} rule={rule} />
            ))}
          </div>
        )}
      </Fetched>
      <RetentionRuns titles={new Map(rules.data?.items.map((each) => [each.data_class, each.title]))} />
    </div>
  )
}

function RuleCard({ rule }: { rule: Rule }) {
  const mayManage = useCan()("kernel:retention:manage")
  const [editing, setEditing] = useState(false)
  const [trying, setTrying] = useState(false)
  return (
    <Card
      title={rule.title}
      actions={
        rule.enabled ? (
          <Badge tone="warn" icon={<Power aria-hidden />}>
            Deletes
          </Badge>
        ) : (
          <Badge icon={<CircleSlash aria-hidden />}>Off</Badge>
        )
      }
    >
      <Facts
        items={[
          [rule.enabled ? "Goes after its end by" : "Would go after its end by", days(rule.after_days)],
          ["Legal minimum", days(rule.legal_days)],
          [
            "Last changed",
            rule.changed_at ? (
              <span key="changed">
                <When at={rule.changed_at} clock="system" /> by {actor(rule.changed_by ?? "")}
              </span>
            ) : (
              "never"
            ),
          ],
        ]}
      />
      <p className="mt-3 text-xs text-ink-3">
        {rule.legal_reason}
        {rule.reason && <span className="block">Your reason: {rule.reason}</span>}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={() => setTrying(!trying)} aria-expanded={trying}>
          {trying ? "Close the dry run" : "Dry run"}
        </Button>
        {mayManage && (
          <Button variant={rule.enabled ? "outline" : "solid"} onClick={() => setEditing(true)}>
            {rule.enabled ? "Change or switch off" : "Set and switch on"}
          </Button>
        )}
      </div>
      {trying && (
        <div className="mt-3 border-t pt-3">
          <DryRun dataClass={rule.data_class} afterDays={rule.after_days} />
        </div>
      )}
      {editing && <RuleDialog rule={rule} onClose={() => setEditing(false)} />}
    </Card>
  )
}
