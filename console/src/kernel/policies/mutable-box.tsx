import { Checkbox } from "@/ui/field"
import type { Rule } from "./document"

/** Whether a rule that asks may be muted for one customer; what refuses never is. */
export function MutableBox({ rule, set }: { rule: Rule; set: (part: Partial<Rule>) => void }) {
  const asks = rule.effect === "ask" || (rule.effect === "limit" && rule.cap?.exceeded === "ask")
  return (
    asks && (
      <Checkbox
        label="May be muted for single customers for a while"
        checked={rule.mutable !== false}
        onChange={(event) => set({ mutable: event.target.checked ? undefined : false })}
      />
    )
  )
}
