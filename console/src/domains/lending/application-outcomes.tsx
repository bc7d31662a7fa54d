import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { actor, percent } from "@/ui/format"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { type Application, aboutApplications } from "./queries"

type Fate = "repaid" | "defaulted" | "censored"

const FATES: Record<Fate, { label: string; hint: string }> = {
  repaid: { label: "Repaid", hint: "The loan was paid back in full." },
  defaulted: { label: "Defaulted", hint: "The loan was not paid back." },
  censored: { label: "Never known", hint: "Nobody will know, for example because the loan was sold." },
}

const told = (outcome: Application["outcomes"][number]) =>
  outcome.censored || outcome.value === null
    ? FATES.censored.label
    : outcome.value === 1
      ? FATES.repaid.label
      : outcome.value === 0
        ? FATES.defaulted.label
        : `${percent(outcome.value)} repaid`

/** What became of the loan, and a way to say so. A later word corrects an earlier one. */
export function ApplicationOutcomes({ application }: { application: Application }) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  const { outcomes } = application
  return (
    <div className="flex flex-col items-start gap-3">
      {outcomes.length === 0 ? (
        <p className="text-ink-3">Nothing is known yet of what became of it.</p>
      ) : (
        <ul className="flex w-full flex-col gap-3">
          {outcomes.map((outcome) => (
            <li key={outcome.id}>
              <Badge>{told(outcome)}</Badge>
              <Facts
                className="mt-1.5"
                items={[
                  ["Observed", <When key="observed" at={outcome.observed_at} />],
                  ["Source", actor(outcome.source)],
                ]}
              />
            </li>
          ))}
        </ul>
      )}
      {can("lending:outcome:record") && (
        <Button size="sm" onClick={() => setOpen(true)}>
          {outcomes.length === 0 ? "Record outcome" : "Correct outcome"}
        </Button>
      )}
      {open && <RecordOutcome application={application} onClose={() => setOpen(false)} />}
    </div>
  )
}

function RecordOutcome({ application, onClose }: { application: Application; onClose: () => void }) {
  const client = useQueryClient()
  const [fate, setFate] = useState<Fate>("repaid")
  const [key, setKey] = useState(() => crypto.randomUUID())
  return (
    <Confirm
      open
      onClose={onClose}
      title="What became of it?"
      confirm="Record"
      onConfirm={async () => {
        await api.POST("/api/v1/lending/applications/{application_id}/outcome", {
          params: { path: { application_id: application.id }, header: once(key) },
          body: {
            matured: true,
            censored: fate === "censored",
            repaid: fate === "censored" ? null : fate === "repaid" ? 1 : 0,
          },
        })
        toast("Outcome recorded", { detail: `${application.reference}: ${FATES[fate].label.toLowerCase()}` })
        await client.invalidateQueries({ predicate: aboutApplications })
      }}
    >
      <p className="mb-3">Models learn from it, and the record of every decision is measured by it.</p>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="sr-only">Outcome</legend>
        {(Object.keys(FATES) as Fate[]).map((each) => (
          <label
            key={each}
            className="flex items-start gap-2.5 rounded-control border px-3 py-2 text-ink has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="outcome"
              className="mt-0.5 size-4 accent-accent"
              checked={fate === each}
              onChange={() => {
                setFate(each)
                setKey(crypto.randomUUID())
              }}
            />
            <span>
              <span className="block text-[13px] font-medium">{FATES[each].label}</span>
              <span className="block text-xs text-ink-2">{FATES[each].hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Confirm>
  )
}
