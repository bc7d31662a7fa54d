import { useId } from "react"
import { useOrganization } from "@/app/session"
import { momentIn } from "@/ui/days"
import { Field, Input, Select } from "@/ui/field"
import { absolute, businessNow } from "@/ui/format"
import { When } from "@/ui/when"
import type { Proposal } from "./proposals"

/** From when on a version shall hold (null is at once), and what it replaces then: a proposal's id is the one it follows. */
export interface WhenChosen {
  at: string | null
  base: "active" | "any" | (string & {})
}

export const AT_ONCE: WhenChosen = { at: null, base: "active" }
const AHEAD_MILLISECONDS = 86_400_000

/** Whether a version shall hold at once or from a date on, in the organisation's business time and zone. */
export function WhenFields({
  value,
  onChange,
  version,
  scheduled,
}: {
  value: WhenChosen
  onChange: (value: WhenChosen) => void
  /** The version that holds now. */
  version: number
  scheduled: Proposal[]
}) {
  const name = useId()
  const organization = useOrganization()
  const zone = organization?.time_zone ?? "UTC"
  const now = organization ? businessNow(organization.clock) : new Date()
  const tomorrow = () => new Date(Math.ceil((now.getTime() + AHEAD_MILLISECONDS) / 3_600_000) * 3_600_000).toISOString()
  return (
    <fieldset className="mt-4 rounded-control border p-3 text-[13px] text-ink">
      <legend className="px-1 text-xs font-medium text-ink-2">From when on it holds</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        <label className="inline-flex items-center gap-2">
          <input
            type="radio"
            name={name}
            className="size-4 accent-accent"
            checked={value.at === null}
            onChange={() => onChange(AT_ONCE)}
          />
          At once
        </label>
        <label className="inline-flex items-center gap-2">
          <input
            type="radio"
            name={name}
            className="size-4 accent-accent"
            checked={value.at !== null}
            onChange={() => onChange({ at: tomorrow(), base: scheduled.length ? "any" : "active" })}
          />
          From a date on
        </label>
      </div>
      {value.at !== null && (
        <div className="mt-3 grid gap-3 sm:grid-cols-2">
          <Field
            label="Date and time"
            hint={
              <>
                In {zone}, business time: <When at={value.at} className="text-ink-2" />
              </>
            }
          >
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                required
                value={localIn(new Date(value.at!), zone)}
                min={localIn(now, zone)}
                onChange={(event) =>
                  event.target.value &&
                  onChange({ ...value, at: momentIn(`${event.target.value}:00`, zone).toISOString() })
                }
              />
            )}
          </Field>
          <Field label="What it replaces then" hint={BASE_HINTS[value.base] ?? "Start your draft from that one."}>
            {(control) => (
              <Select
                {...control}
                value={value.base}
                onChange={(event) => onChange({ ...value, base: event.target.value })}
              >
                <option value="active">Version {version}, if it still holds</option>
                {scheduled.map((each) => (
                  <option key={each.id} value={each.id}>
                    What is scheduled for {absolute(new Date(each.effective_from!), zone)}
                  </option>
                ))}
                <option value="any">Whatever holds then</option>
              </Select>
            )}
          </Field>
        </div>
      )}
    </fieldset>
  )
}

const BASE_HINTS: Record<string, string> = {
  active: "If another version comes first, it does not hold, and an alert says so.",
  any: "It undoes what others publish until then.",
}

/** A moment as a control for local times has it. */
const localIn = (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at).replace(" ", "T")
