import { Facts } from "@/ui/basics"
import { plain, words } from "@/ui/format"
import { Money } from "@/ui/when"
import { SECTION_LABELS, SECTIONS } from "./form-values"
import type { Application } from "./queries"

/** What the applicant answered, under the form's headings. */
export function Answers({ application }: { application: Application }) {
  const sections = SECTIONS.map((section) => ({
    section,
    fields: application.fields.filter((field) => field.section === section),
  })).filter(({ fields }) => fields.length > 0)
  return (
    <div className="flex flex-col gap-4">
      {sections.map(({ section, fields }) => (
        <section key={section}>
          <h3 className="mb-2 text-xs font-semibold text-ink-2">{SECTION_LABELS[section]}</h3>
          <Facts
            items={fields.map((field) => [
              field.label,
              <AnswerValue key={field.name} field={field} currency={application.currency} />,
            ])}
          />
        </section>
      ))}
      <p className="text-xs text-ink-3">
        Protected attributes, such as age, are kept for fairness monitoring alone and never shown here.
      </p>
    </div>
  )
}

function AnswerValue({ field, currency }: { field: Application["fields"][number]; currency: string }) {
  const { value, role, type } = field
  if (value === null || value === undefined) return <span className="text-ink-3">not answered</span>
  if ((role === "amount" || role === "income") && (typeof value === "number" || typeof value === "string"))
    return <Money value={value} currency={currency} />
  if (type === "category" && typeof value === "string") return words(value)
  return <span className="num">{plain(value)}</span>
}
