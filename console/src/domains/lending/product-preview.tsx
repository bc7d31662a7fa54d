import { CircleCheck } from "lucide-react"
import { useState } from "react"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { FormFields } from "./form-fields"
import { type Faults, faultsOf, type Texts } from "./form-values"
import type { ProductDocument } from "./product-document"

/** The form as an applicant sees it; it can be filled in and checked, and nothing is submitted. */
export function ProductPreview({ document }: { document: ProductDocument }) {
  const [texts, setTexts] = useState<Texts>({})
  const [faults, setFaults] = useState<Faults | null>(null)
  const sound = faults !== null && Object.keys(faults).length === 0
  return (
    <Card title={`Apply: ${document.name}`} className="max-w-3xl">
      <form
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          setFaults(faultsOf(document.form, texts))
        }}
      >
        <FormFields
          form={document.form}
          currency={document.currency}
          texts={texts}
          faults={faults ?? {}}
          onChange={(name, text) => {
            setTexts((now) => ({ ...now, [name]: text }))
            setFaults((now) => {
              if (now === null) return null
              const { [name]: _mended, ...others } = now
              return others
            })
          }}
        />
        {sound && (
          <Notice icon={<CircleCheck aria-hidden />}>
            <span role="status">The answers fit the form. Nothing was submitted: this is a preview.</span>
          </Notice>
        )}
        <div className="flex justify-end">
          <Button type="submit">Check these answers</Button>
        </div>
      </form>
    </Card>
  )
}
