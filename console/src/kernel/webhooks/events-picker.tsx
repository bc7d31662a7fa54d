import { Plus, X } from "lucide-react"
import { useState } from "react"
import { Button } from "@/ui/button"
import { Checkbox, Field, Input } from "@/ui/field"

/** Families of events that are often wanted; others are typed. */
const FAMILIES: [name: string, label: string][] = [
  ["kernel.decision.made", "Decisions"],
  ["kernel.approval.*", "Questions to people"],
  ["kernel.effect.*", "Effects outside"],
  ["kernel.alert.*", "Alerts"],
  ["kernel.policy.*", "Policies"],
  ["kernel.component.*", "Autonomy and control"],
  ["lending.application.*", "Applications"],
  ["lending.offer.*", "Offers"],
  ["lending.loan.*", "Loans"],
  ["lending.payment.*", "Payments"],
  ["kernel.list.*", "Lists"],
  ["kernel.webhook.*", "Webhooks"],
]
const PATTERN = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.\*)?$/
const CHOSEN_MAX = 50

/** Which events: all, some families, or names that are typed. */
export function EventsPicker({
  chosen,
  error,
  onChange,
}: {
  chosen: string[]
  error: string | null
  onChange: (chosen: string[]) => void
}) {
  const [typed, setTyped] = useState("")
  const all = chosen.includes("*")
  const known = new Set(FAMILIES.map(([name]) => name))
  const others = chosen.filter((name) => name !== "*" && !known.has(name))
  const wrong = typed !== "" && !PATTERN.test(typed)
  const toggle = (name: string, on: boolean) =>
    onChange(on ? [...chosen.filter((each) => each !== name), name] : chosen.filter((each) => each !== name))
  const add = () => {
    if (!typed || wrong || chosen.length >= CHOSEN_MAX) return
    toggle(typed, true)
    setTyped("")
  }
  return (
    <fieldset className="flex flex-col gap-2.5">
      <legend className="mb-2 text-xs font-medium text-ink-2">Events</legend>
      <Checkbox
        label="All events"
        checked={all}
        onChange={(event) => onChange(event.target.checked ? ["*"] : ["kernel.decision.made"])}
      />
      {!all && (
        <>
          <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
            {FAMILIES.map(([name, label]) => (
              <Checkbox
                key={name}
                label={
                  <span>
                    {label} <span className="mono text-2xs text-ink-3">{name}</span>
                  </span>
                }
                checked={chosen.includes(name)}
                onChange={(event) => toggle(name, event.target.checked)}
              />
            ))}
          </div>
          {others.length > 0 && (
            <ul aria-label="Further events" className="flex flex-wrap gap-1.5">
              {others.map((name) => (
                <li key={name} className="inline-flex items-center rounded-control border bg-sunken pl-2">
                  <span className="mono text-xs">{name}</span>
                  <Button
                    size="icon"
                    variant="ghost"
                    aria-label={`Leave out ${name}`}
                    onClick={() => toggle(name, false)}
                  >
                    <X />
                  </Button>
                </li>
              ))}
            </ul>
          )}
          <div className="flex items-start gap-2">
            <Field
              label="Another name"
              className="flex-1"
              hint="Such as lending.tranche.* for all that begin so."
              error={wrong ? "Small letters and dots, at the end .* for all that begin so." : null}
            >
              {(control) => (
                <Input
                  {...control}
                  value={typed}
                  maxLength={100}
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => setTyped(event.target.value.trim())}
                  onKeyDown={(event) => {
                    if (event.key !== "Enter" || !typed) return
                    event.preventDefault()
                    add()
                  }}
                />
              )}
            </Field>
            <Button className="mt-5" disabled={!typed || wrong} onClick={add}>
              <Plus /> Add<span className="sr-only"> this name</span>
            </Button>
          </div>
        </>
      )}
      {(error || chosen.length === 0) && (
        <p role="alert" className="text-xs text-decline">
          {error ?? "Choose at least one."}
        </p>
      )}
    </fieldset>
  )
}
