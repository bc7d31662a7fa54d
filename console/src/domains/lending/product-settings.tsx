import { Plus, Trash2 } from "lucide-react"
import type { Schema } from "@/api/client"
import { Button } from "@/ui/button"
import { Checkbox, Field, Input, Select } from "@/ui/field"
import type { Finding } from "@/ui/findings-panel"
import { words } from "@/ui/format"
import { NumberInput } from "@/ui/number-input"
import type { ProductDocument } from "./product-document"
import type { ProductDraftHandle } from "./product-draft"

const PERCENT = 0.01
const isNumeric = (type: string) => type === "number" || type === "integer"

/** What holds for the whole product: its name, money, what a loan brings and costs, and what an applicant could change. */
export function ProductSettings({
  handle,
  findings,
  vocabulary,
}: {
  handle: ProductDraftHandle
  findings: Finding[]
  vocabulary: Schema["ProductVocabulary"] | undefined
}) {
  const { change, draft } = handle
  const { document } = draft
  const set = (part: Partial<ProductDocument>) => change((now) => ({ ...now, ...part }))
  const fault = (path: string) => {
    const found = findings.find((finding) => finding.path === path)
    return found ? `${found.message}${found.remedy ? ` ${found.remedy}` : ""}` : null
  }
  const segments = document.form.filter((field) => field.type === "category" && field.role !== "protected")
  const spare = document.form.filter(
    (field) =>
      isNumeric(field.type) &&
      field.role !== "protected" &&
      !document.adjustable.some((each) => each.name === field.name),
  )
  const setAdjustable = (at: number, part: Partial<ProductDocument["adjustable"][number]>) =>
    change((now) => ({ ...now, adjustable: now.adjustable.with(at, { ...now.adjustable[at]!, ...part }) }))
  return (
    <div className="flex flex-col gap-5">
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        <Field label="Name" error={fault("name")}>
          {(control) => (
            <Input
              {...control}
              value={document.name}
              maxLength={vocabulary?.name_length_max}
              autoComplete="off"
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Currency" hint="Three letters, such as USD." error={fault("currency")}>
          {(control) => (
            <Input
              {...control}
              value={document.currency}
              maxLength={3}
              autoComplete="off"
              className="mono"
              onChange={(event) => set({ currency: event.target.value.toUpperCase() })}
            />
          )}
        </Field>
        {(["gain_share", "loss_share"] as const).map((share) => (
          <Field
            key={share}
            label={share === "gain_share" ? "Gain when repaid (%)" : "Loss when it defaults (%)"}
            hint="Of the amount."
            error={fault(`pricing.${share}`)}
          >
            {(control) => (
              <NumberInput
                {...control}
                scale={PERCENT}
                value={document.pricing[share]}
                onChange={(value) => value !== undefined && set({ pricing: { ...document.pricing, [share]: value } })}
              />
            )}
          </Field>
        ))}
        <Field
          label="Segments by"
          hint="By which answer segments are made; else by the purpose."
          error={fault("segment_by")}
        >
          {(control) => (
            <Select
              {...control}
              value={document.segment_by ?? ""}
              onChange={(event) => set({ segment_by: event.target.value || null })}
            >
              <option value="">Purpose</option>
              {segments.map((field) => (
                <option key={field.name} value={field.name}>
                  {field.label || words(field.name)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div>
        <Checkbox
          label="Approved loans are paid out"
          checked={document.payout}
          onChange={(event) => set({ payout: event.target.checked })}
        />
        {fault("payout") && (
          <p role="alert" className="mt-1 text-xs text-decline">
            {fault("payout")}
          </p>
        )}
      </div>
      <section aria-label="What an applicant could change">
        <h3 className="text-xs font-semibold text-ink-2">What an applicant could change</h3>
        <p className="mt-0.5 mb-2 text-xs text-ink-3">
          Advice on what would have led to approval tries these fields, within these bounds.
        </p>
        <ul className="flex flex-col gap-2">
          {document.adjustable.map((each, at) => (
            <li key={each.name} className="flex flex-wrap items-start gap-2 rounded-control border p-2">
              <span className="w-full pt-1 text-[13px] font-medium sm:w-40">
                {document.form.find((field) => field.name === each.name)?.label || words(each.name)}
              </span>
              {(["minimum", "maximum", "step"] as const).map((part) => (
                <Field key={part} label={`${words(part)}`} error={fault(`adjustable[${at}].${part}`)} className="w-24">
                  {(control) => (
                    <NumberInput
                      {...control}
                      value={each[part]}
                      onChange={(value) => value !== undefined && setAdjustable(at, { [part]: value })}
                    />
                  )}
                </Field>
              ))}
              <Button
                size="icon"
                variant="ghost"
                className="ml-auto"
                aria-label={`No longer try ${each.name}`}
                onClick={() => set({ adjustable: document.adjustable.toSpliced(at, 1) })}
              >
                <Trash2 />
              </Button>
              {fault(`adjustable[${at}]`) && (
                <p role="alert" className="w-full text-xs text-decline">
                  {fault(`adjustable[${at}]`)}
                </p>
              )}
            </li>
          ))}
        </ul>
        {spare.length > 0 && (
          <div className="mt-2 flex items-center gap-2">
            <Plus aria-hidden className="size-4 text-ink-3" />
            <Select
              aria-label="Add a field that an applicant could change"
              className="max-w-64"
              value=""
              onChange={(event) => {
                const field = spare.find((one) => one.name === event.target.value)
                if (!field) return
                const added = {
                  name: field.name,
                  minimum: field.minimum ?? 0,
                  maximum: field.maximum ?? 1_000,
                  step: 1,
                }
                set({ adjustable: [...document.adjustable, added] })
              }}
            >
              <option value="">Add a field…</option>
              {spare.map((field) => (
                <option key={field.name} value={field.name}>
                  {field.label || words(field.name)}
                </option>
              ))}
            </Select>
          </div>
        )}
      </section>
    </div>
  )
}
