import { Plus, X } from "lucide-react"
import { Button } from "@/ui/button"
import { Chips } from "@/ui/facets"
import { Input } from "@/ui/field"
import type { Channel, Rule } from "./queries"

const STEPS_MAX = 5
const MINUTES_MAX = 10_080
type Steps = Rule["steps"]

/** Who is told at once, and who later where nobody has acknowledged. */
export function StepFields({
  steps,
  channels,
  error,
  onChange,
}: {
  steps: Steps
  channels: Channel[]
  error: string | null
  onChange: (steps: Steps) => void
}) {
  const put = (at: number, part: Partial<Steps[number]>) =>
    onChange(steps.map((step, index) => (index === at ? { ...step, ...part } : step)))
  const later = (steps.at(-1)?.after_minutes ?? -15) + 15
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-[13px] font-semibold">Who is told</legend>
      {steps.map((step, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
        <div key={at} className="flex flex-wrap items-center gap-2 rounded-control border p-2">
          <span className="inline-flex items-center gap-1.5 text-[13px]">
            After
            <Input
              type="number"
              aria-label={`Minutes before step ${at + 1}`}
              className="!w-20"
              min={0}
              max={MINUTES_MAX}
              required
              value={step.after_minutes}
              onChange={(event) => put(at, { after_minutes: Math.max(0, Math.round(Number(event.target.value))) })}
            />
            min
          </span>
          <span className="min-w-0 flex-1">
            <Chips
              label={`Channels of step ${at + 1}`}
              choices={channels.map(({ id, name }) => ({ value: id, label: name }))}
              chosen={step.channel_ids}
              onChange={(ids) => put(at, { channel_ids: ids ?? [] })}
            />
          </span>
          <Button
            size="icon"
            variant="ghost"
            aria-label={`Remove step ${at + 1}`}
            onClick={() => onChange(steps.filter((_, index) => index !== at))}
          >
            <X />
          </Button>
        </div>
      ))}
      {error && (
        <p role="alert" className="text-xs text-decline">
          {error}
        </p>
      )}
      {steps.length < STEPS_MAX && (
        <Button
          size="sm"
          className="self-start"
          onClick={() => onChange([...steps, { after_minutes: later, channel_ids: [] }])}
        >
          <Plus /> {steps.length === 0 ? "Add who is told" : "Add a step, where nobody has acknowledged"}
        </Button>
      )}
    </fieldset>
  )
}
