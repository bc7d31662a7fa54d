/** What of a rule is sent back when it is changed. */
import type { Rule } from "./queries"
import type { RuleBody } from "./rule-sentence"

export const bodyOf = (rule: RuleBody): RuleBody => ({
  kinds: rule.kinds,
  severities: rule.severities,
  components: rule.components,
  causes: rule.causes,
  steps: rule.steps,
  quiet: rule.quiet,
  group_seconds: rule.group_seconds,
  tell_when_over: rule.tell_when_over,
})

/** A rule to begin with: what is urgent, to the first channel, at once. */
export const newRule = (channelId: string | undefined): RuleBody => ({
  kinds: [],
  severities: ["high", "critical"],
  components: [],
  causes: [],
  steps: channelId ? [{ after_minutes: 0, channel_ids: [channelId] }] : [],
  quiet: null,
  group_seconds: 60,
  tell_when_over: true,
})

export const ALL_DAYS: NonNullable<Rule["quiet"]>["days"] = [0, 1, 2, 3, 4, 5, 6]
