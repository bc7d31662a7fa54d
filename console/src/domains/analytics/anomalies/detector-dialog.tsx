import { useMutation, useQueryClient } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { useState } from "react"
import { api, query } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useOrganization } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Checkbox, Field, Input, Select } from "@/ui/field"
import { businessNow } from "@/ui/format"
import { toast } from "@/ui/toast"
import { ANOMALIES, type Detector } from "./queries"
import { fieldText, muteFault, written } from "./times"
import { directionWord, sensitivityWord } from "./words"

const CONFLICT = 409
const STEP = 0.05
const MONEY = /^-?\d{1,12}([.,]\d{1,6})?$/
const DIRECTIONS = ["both", "up", "down"] as const

const plainMoney = (value: string | null) => (value === null ? "" : String(Number(value)))
const moneyOf = (text: string) => (text.trim() === "" ? null : text.trim().replace(",", "."))

/** How a figure is watched. */
export default function DetectorDialog({ detector: given, onClose }: { detector: Detector; onClose: () => void }) {
  const client = useQueryClient()
  const organization = useOrganization()
  const zone = organization?.time_zone ?? "UTC"
  const [base, setBase] = useState(given)
  const [sensitivity, setSensitivity] = useState(given.sensitivity)
  const [direction, setDirection] = useState(given.direction)
  const [least, setLeast] = useState(plainMoney(given.min_impact))
  const [worth, setWorth] = useState(plainMoney(given.money_per_unit))
  const [enabled, setEnabled] = useState(given.enabled)
  const [muted, setMuted] = useState(given.muted_until ? fieldText(new Date(given.muted_until), zone) : "")
  const [isChanged, setIsChanged] = useState(false)
  const until = muted === "" ? null : written(muted, zone)
  const now = organization ? businessNow(organization.clock) : new Date()
  const faults = {
    min_impact: least === "" || (MONEY.test(least.trim()) && !least.includes("-")) ? null : "An amount of 0 or more.",
    money_per_unit: worth === "" || MONEY.test(worth.trim()) ? null : "An amount; negative for what costs.",
    muted_until: muted === "" ? null : muteFault(until, now),
  }
  const save = useMutation({
    mutationFn: async () => {
      const { data } = await api.PUT(`${ANOMALIES}/detectors/{detector_id}`, {
        params: { path: { detector_id: given.id } },
        body: {
          version: base.version,
          sensitivity,
          direction,
          min_impact: moneyOf(least),
          // Unless it was changed here the source's own goes on counting.
          money_per_unit: moneyOf(worth),
          enabled,
          muted_until: until?.toISOString() ?? null,
        },
      })
      return data!
    },
    onSuccess: async () => {
      toast(`Saved how ${given.name} is watched`)
      onClose()
      await client.invalidateQueries({
        predicate: ({ queryKey }) => typeof queryKey[1] === "string" && queryKey[1].startsWith(ANOMALIES),
      })
    },
    onError: async (error) => {
      if (asApiError(error).status !== CONFLICT) return
      const newer = await client.fetchQuery(
        query.queryOptions(
          "get",
          `${ANOMALIES}/detectors/{detector_id}`,
          { params: { path: { detector_id: given.id } } },
          { staleTime: 0 },
        ),
      )
      setBase(newer)
      setIsChanged(true)
    },
  })
  const take = () => {
    setSensitivity(base.sensitivity)
    setDirection(base.direction)
    setLeast(plainMoney(base.min_impact))
    setWorth(plainMoney(base.money_per_unit))
    setEnabled(base.enabled)
    setMuted(base.muted_until ? fieldText(new Date(base.muted_until), zone) : "")
    setIsChanged(false)
    save.reset()
  }
  const problem = save.error && asApiError(save.error)
  const at = (name: keyof typeof faults) => faults[name] ?? (problem?.field === name ? problem.sentence : null)
  const told = problem && problem.status !== CONFLICT && !(problem.field && problem.field in faults)
  return (
    <Dialog open onClose={onClose} title={`How ${given.name} is watched`}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!Object.values(faults).some(Boolean)) save.mutate()
        }}
      >
        {isChanged && (
          <Notice tone="warn" icon={<CircleAlert aria-hidden />}>
            <p role="alert">
              Somebody changed this detector, or taught it, while you were at it. What you entered is still here; Save
              puts it over theirs.
            </p>
            <Button size="sm" className="mt-2" onClick={take}>
              Take theirs
            </Button>
          </Notice>
        )}
        <Checkbox label="Watched by itself" checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
        <Field
          label="Sensitivity"
          hint={`${sensitivity.toFixed(2)}: ${sensitivityWord(sensitivity)}. At 0 twice the usual evidence is asked, at 1 half of it.`}
        >
          {(control) => (
            <input
              {...control}
              type="range"
              min={0}
              max={1}
              step={STEP}
              value={sensitivity}
              className="block h-6 w-full accent-accent"
              onChange={(event) => setSensitivity(Number(event.target.value))}
            />
          )}
        </Field>
        <Field label="Tell when it is">
          {(control) => (
            <Select
              {...control}
              value={direction}
              onChange={(event) => setDirection(event.target.value as Detector["direction"])}
            >
              {DIRECTIONS.map((each) => (
                <option key={each} value={each}>
                  {directionWord(each)} than expected
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={`A unit is worth (${given.currency ?? organization?.currency ?? "money"})`}
            hint="Negative for what costs. Empty: as the figure itself says."
            error={at("money_per_unit")}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                value={worth}
                onChange={(event) => setWorth(event.target.value)}
              />
            )}
          </Field>
          <Field
            label={`Least impact (${given.currency ?? organization?.currency ?? "money"})`}
            hint="What is surely worth less is not told."
            error={at("min_impact")}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                value={least}
                onChange={(event) => setLeast(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Field
          label={`Muted until (${zone})`}
          hint="What is found meanwhile is kept as muted, and comes back after it. Empty: not muted."
          error={at("muted_until")}
        >
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={muted}
              onChange={(event) => setMuted(event.target.value)}
            />
          )}
        </Field>
        {told && (
          <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
            <span role="alert">{problem.sentence}</span>
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
