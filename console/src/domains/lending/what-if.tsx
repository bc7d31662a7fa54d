import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Lightbulb, LoaderCircle, RotateCcw } from "lucide-react"
import { useMemo, useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { useCan } from "@/app/session"
import { Card, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { useSettled } from "@/ui/use-settled"
import { Confidence, Verdict } from "@/ui/verdict"
import { Money } from "@/ui/when"
import { FormFields } from "./form-fields"
import { type Faults, faultsFrom, faultsOf, inputsOf, type Texts, textsOf } from "./form-values"
import { type Application, type FormField, productQuery } from "./queries"
import { ApplicationState } from "./states"

const PREVIEW_MILLISECONDS = 350
const KEPT_MILLISECONDS = 60_000

/** Change answers and see at once what would be decided about such an application now. Nothing is kept of it. */
export function WhatIf({ application }: { application: Application }) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (!can("kernel:decision:read") || application.decision?.concealed) return null
  return (
    <Card
      title="What if"
      actions={
        <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Close" : "Try other answers"}
        </Button>
      }
    >
      {open ? (
        <Trial application={application} />
      ) : (
        <p className="text-[13px] text-ink-3">
          Change an answer and see what would be decided today, and how surely. Nothing is submitted.
        </p>
      )}
    </Card>
  )
}

function Trial({ application }: { application: Application }) {
  const product = useQuery(productQuery(application.product))
  return (
    <Fetched query={product}>
      {(found) => (
        <Tried
          application={application}
          // Protected attributes decide nothing, so they are not asked for.
          form={found.form.filter((field) => field.role !== "protected")}
          currency={found.currency}
          outdated={found.version !== application.product_version}
        />
      )}
    </Fetched>
  )
}

function Tried({
  application,
  form,
  currency,
  outdated,
}: {
  application: Application
  form: FormField[]
  currency: string
  outdated: boolean
}) {
  const given = useMemo(() => textsOf(form, application.inputs), [form, application.inputs])
  const [texts, setTexts] = useState<Texts>(given)
  const settled = useSettled(texts, PREVIEW_MILLISECONDS)
  const own = faultsOf(form, texts)
  const sound = Object.keys(faultsOf(form, settled)).length === 0
  const body = { product: application.product, inputs: inputsOf(form, settled) }
  const preview = useQuery({
    queryKey: ["lending-preview", JSON.stringify(body)],
    queryFn: async ({ signal }) => {
      const { data } = await api.POST("/api/v1/lending/applications/preview", { body, signal })
      return data!
    },
    enabled: sound,
    staleTime: KEPT_MILLISECONDS,
    gcTime: KEPT_MILLISECONDS,
    placeholderData: keepPreviousData,
    retry: false,
  })
  const refused = preview.error ? faultsFrom(asApiError(preview.error), form) : null
  const faults: Faults = { ...refused?.faults, ...own }
  const changed = form.filter((field) => (texts[field.name] ?? "").trim() !== (given[field.name] ?? ""))
  const busy = sound && (texts !== settled || preview.isFetching)
  return (
    <div className="@container">
      <div className="grid items-start gap-5 @2xl:grid-cols-[minmax(0,1fr)_17rem]">
        <div className="flex flex-col gap-3">
          <FormFields
            form={form}
            currency={currency}
            texts={texts}
            faults={faults}
            onChange={(name, text) => setTexts((now) => ({ ...now, [name]: text }))}
          />
          {outdated && (
            <Notice>The form has changed since this application came in; it is tried on the form of today.</Notice>
          )}
        </div>
        <section
          aria-label="What would be decided"
          aria-busy={busy}
          className="flex flex-col gap-3 rounded-control bg-sunken p-3 @2xl:sticky @2xl:top-18 dark:bg-raised"
        >
          <div className="flex min-h-7 items-center justify-between gap-2">
            <h3 className="flex items-center gap-1.5 text-xs font-semibold text-ink-2">
              Would be decided
              {busy && <LoaderCircle aria-hidden className="size-3.5 animate-spin text-ink-3" />}
            </h3>
            {changed.length > 0 && (
              <Button size="sm" variant="ghost" onClick={() => setTexts(given)}>
                <RotateCcw /> Reset
              </Button>
            )}
          </div>
          {Object.keys(faults).length > 0 ? (
            <p className="text-[13px] text-ink-2">Correct the fields that are marked, and it is tried again.</p>
          ) : refused?.rest ? (
            <p role="alert" className="text-[13px] text-decline">
              {refused.rest}
            </p>
          ) : preview.data ? (
            <Preview preview={preview.data} application={application} />
          ) : (
            <p className="text-[13px] text-ink-3">Trying…</p>
          )}
        </section>
      </div>
    </div>
  )
}

function Preview({ preview, application }: { preview: Schema["ApplicationPreview"]; application: Application }) {
  const before = application.decision
  return (
    <div aria-live="polite" className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Verdict verdict={preview.verdict} />
        <ApplicationState state={preview.state} />
      </div>
      <p className="text-[13px] leading-5 font-medium">{preview.summary}</p>
      <Facts
        items={[
          ["Action", words(preview.action)],
          ["Confidence", <Confidence key="confidence" value={preview.confidence} />],
          ["Probability of repayment", <Confidence key="probability" value={preview.probability_of_repayment} />],
          ["When it was decided", <Confidence key="before" value={before?.probability_of_repayment} />],
          ["Expected gain", <Money key="gain" value={preview.expected_gain} currency={application.currency} />],
        ]}
      />
      {preview.reasons.length > 0 && (
        <ul className="list-disc pl-4 text-xs text-ink-2">
          {preview.reasons.map((reason) => (
            <li key={reason.code + reason.text}>{reason.text}</li>
          ))}
        </ul>
      )}
      {preview.counterfactuals.map((each) => (
        <Notice key={each.text} icon={<Lightbulb aria-hidden />}>
          {each.text}
        </Notice>
      ))}
      <p className="text-xs text-ink-3">
        Level {words(preview.level).toLowerCase()}, policy version {preview.policy_version}. Budgets count as unused and
        no review sample is drawn, so the real verdict can be stricter.
      </p>
    </div>
  )
}
