import { useMutation, useQueryClient } from "@tanstack/react-query"
import { CircleAlert, CircleCheck } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useOrganization } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { PointsPanel } from "./points-panel"
import { ANALYTICS, METRICS } from "./queries"

const NAME = /^[\w.:-]{1,100}$/u
const MONEY = /^-?\d{1,12}([.,]\d{1,6})?$/
const FIELDS = ["name", "unit", "description", "money_per_unit", "currency"]

/** Make a figure that is sent to us, and say how; or, of one that there is, only how. */
export default function StreamDialog({ name: known, onClose }: { name?: string; onClose: () => void }) {
  const [made, setMade] = useState(known)
  if (made !== undefined)
    return (
      <Dialog open onClose={onClose} title={`Send points of ${made}`} wide>
        {made !== known && (
          <Notice icon={<CircleCheck aria-hidden />} className="mb-4">
            <span role="status">It is there. Send points, and it is watched by itself from the 25th on.</span>
          </Notice>
        )}
        <PointsPanel name={made} />
      </Dialog>
    )
  return (
    <Dialog open onClose={onClose} title="Send us a figure" wide>
      <p className="mb-4 text-[13px] text-ink-2">
        Anything you can count over time: orders, errors, calls, temperatures. It is watched like the figures of the
        record.
      </p>
      <Form onClose={onClose} onMade={setMade} />
    </Dialog>
  )
}

function Form({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const client = useQueryClient()
  const currency = useOrganization()?.currency ?? "USD"
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [typed, setTyped] = useState({ name: "", unit: "", description: "", worth: "" })
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(METRICS, {
        headers: once(key),
        body: {
          name: typed.name.trim(),
          unit: typed.unit.trim() || "count",
          description: typed.description.trim(),
          money_per_unit: typed.worth.trim() === "" ? null : typed.worth.trim().replace(",", "."),
        },
      })
      return data!
    },
    onSuccess: (row) => {
      onMade(row.name)
      return client.invalidateQueries({
        predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(`${ANALYTICS}/`),
      })
    },
  })
  const problem = create.error && asApiError(create.error)
  const faults: Record<string, string | null> = {
    name: NAME.test(typed.name.trim()) ? null : "Letters, digits, dots, dashes and underscores; no spaces.",
    money_per_unit:
      typed.worth.trim() === "" || MONEY.test(typed.worth.trim()) ? null : "An amount; negative for what costs.",
  }
  const at = (name: string) =>
    (tried ? (faults[name] ?? null) : null) ?? (problem?.field?.endsWith(name) ? problem.sentence : null)
  const set = (part: Partial<typeof typed>) => {
    setTyped((now) => ({ ...now, ...part }))
    setKey(crypto.randomUUID())
    create.reset()
  }
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (!Object.values(faults).some(Boolean)) create.mutate()
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" hint="As your systems will call it: shop.orders" error={at("name")}>
          {(control) => (
            <Input
              {...control}
              value={typed.name}
              maxLength={100}
              autoComplete="off"
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Unit" hint="What is counted: orders. Empty: a plain count." error={at("unit")}>
          {(control) => (
            <Input
              {...control}
              value={typed.unit}
              maxLength={40}
              onChange={(event) => set({ unit: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={`What one unit is worth (${currency})`}
          hint="So that anomalies are priced. Negative for what costs; empty: not priced."
          error={at("money_per_unit")}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={typed.worth}
              onChange={(event) => set({ worth: event.target.value })}
            />
          )}
        </Field>
        <Field label="What it is" hint="For others who read of it." error={at("description")}>
          {(control) => (
            <Input
              {...control}
              value={typed.description}
              maxLength={2000}
              onChange={(event) => set({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
      {problem && !FIELDS.some((name) => problem.field?.endsWith(name)) && (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          <span role="alert">{problem.sentence}</span>
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant="solid" busy={create.isPending}>
          Create it
        </Button>
      </div>
    </form>
  )
}
