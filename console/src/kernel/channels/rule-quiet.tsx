import { useMemo } from "react"
import { Combobox } from "@/ui/combobox"
import { Checkbox, Field, Input } from "@/ui/field"
import { timeZones } from "@/ui/places"
import type { Rule } from "./queries"
import { ALL_DAYS } from "./rule-body"
import { DAYS } from "./rule-sentence"

type Quiet = Rule["quiet"]

/** The hours in which messages wait. */
export function QuietFields({
  quiet,
  zone,
  error,
  onChange,
}: {
  quiet: Quiet
  zone: string
  error: string | null
  onChange: (quiet: Quiet) => void
}) {
  const zones = useMemo(() => timeZones(new Date(), zone), [zone])
  const days = quiet?.days ?? []
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-[13px] font-semibold">Quiet hours</legend>
      <Checkbox
        label="Messages wait at night"
        checked={quiet !== null}
        onChange={(event) =>
          onChange(
            event.target.checked
              ? { start: "22:00", end: "07:00", days: ALL_DAYS, time_zone: null, hold_critical: false }
              : null,
          )
        }
      />
      {quiet && (
        <>
          <div className="grid gap-4 sm:grid-cols-[8.5rem_8.5rem_minmax(0,1fr)]">
            <Field label="From">
              {(control) => (
                <Input
                  {...control}
                  type="time"
                  required
                  value={quiet.start.slice(0, 5)}
                  onChange={(event) => onChange({ ...quiet, start: event.target.value })}
                />
              )}
            </Field>
            <Field label="To">
              {(control) => (
                <Input
                  {...control}
                  type="time"
                  required
                  value={quiet.end.slice(0, 5)}
                  onChange={(event) => onChange({ ...quiet, end: event.target.value })}
                />
              )}
            </Field>
            <Field label="Time zone" error={error}>
              {(control) => (
                <Combobox
                  {...control}
                  value={quiet.time_zone ?? zone}
                  options={zones}
                  placeholder="Search time zones"
                  onChange={(value) => onChange({ ...quiet, time_zone: value === zone ? null : value })}
                />
              )}
            </Field>
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would change the layout */}
          <div role="group" aria-label="Evenings on which they begin" className="flex flex-wrap gap-x-4 gap-y-2">
            {DAYS.map((day, at) => (
              <Checkbox
                key={day}
                label={day.slice(0, 3)}
                aria-label={day}
                checked={days.includes(at)}
                disabled={days.length === 1 && days.includes(at)}
                onChange={(event) =>
                  onChange({
                    ...quiet,
                    days: event.target.checked ? [...days, at].sort() : days.filter((each) => each !== at),
                  })
                }
              />
            ))}
          </div>
          <Checkbox
            label="Critical alerts wait as well"
            checked={quiet.hold_critical}
            onChange={(event) => onChange({ ...quiet, hold_critical: event.target.checked })}
          />
        </>
      )}
    </fieldset>
  )
}
