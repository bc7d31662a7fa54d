import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowRight, CircleAlert } from "lucide-react"
import { useId, useRef, useState } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input, Select } from "@/ui/field"
import { words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { Confidence, Verdict } from "@/ui/verdict"
import { FormFields } from "./form-fields"
import { type Faults, faultsFrom, faultsOf, inputsOf, type Texts } from "./form-values"
import { aboutApplications, type Decided, type Product, productsQuery } from "./queries"
import { ApplicationState } from "./states"

const REFERENCE_LENGTH_MAX = 100

/** Submit one application by hand: the product's own form, and then what was decided. */
export default function NewApplication({ onClose }: { onClose: () => void }) {
  const products = useQuery(productsQuery)
  const [key, setKey] = useState<string | null>(null)
  const [decided, setDecided] = useState<Decided | null>(null)
  const [round, setRound] = useState(0)
  return (
    <Dialog open onClose={onClose} title={decided ? "What was decided" : "New application"} wide>
      {decided ? (
        <Answered
          decided={decided}
          onAgain={() => {
            setDecided(null)
            setRound(round + 1)
          }}
        />
      ) : (
        <Fetched query={products}>
          {({ items }) => {
            const product = items.find((each) => each.key === key) ?? items[0]
            if (!product)
              return <p className="text-ink-3">There is no product to apply for yet. Publish one under “Products”.</p>
            return (
              <div className="flex flex-col gap-4">
                {items.length > 1 && (
                  <Field label="Product">
                    {(control) => (
                      <Select {...control} value={product.key} onChange={(event) => setKey(event.target.value)}>
                        {items.map((each) => (
                          <option key={each.key} value={each.key}>
                            {each.name}
                          </option>
                        ))}
                      </Select>
                    )}
                  </Field>
                )}
                <ApplicationForm key={`${product.key} ${round}`} product={product} onDecided={setDecided} />
              </div>
            )
          }}
        </Fetched>
      )}
    </Dialog>
  )
}

function ApplicationForm({ product, onDecided }: { product: Product; onDecided: (decided: Decided) => void }) {
  const client = useQueryClient()
  const [texts, setTexts] = useState<Texts>({})
  const [reference, setReference] = useState("")
  const [faults, setFaults] = useState<Faults>({})
  const [rest, setRest] = useState<string | null>(null)
  const [referenceFault, setReferenceFault] = useState<string | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const formId = useId()
  // One key for one content: the same press twice submits once, a corrected form is another application.
  const intention = useRef({ key: crypto.randomUUID(), content: "" })
  const showFaults = (found: Faults) => {
    setFaults(found)
    const first = product.form.find((field) => found[field.name])
    if (first) form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first.name)}"]`)?.focus()
  }
  const submit = useMutation({
    mutationFn: async () => {
      const body = {
        product: product.key,
        reference: reference.trim() || undefined,
        inputs: inputsOf(product.form, texts),
      }
      const content = JSON.stringify(body)
      if (intention.current.content !== content) intention.current = { key: crypto.randomUUID(), content }
      const { data } = await api.POST("/api/v1/lending/applications", {
        params: { header: once(intention.current.key) },
        body,
      })
      return data!
    },
    onSuccess: (decided) => {
      void client.invalidateQueries({ predicate: aboutApplications })
      onDecided(decided)
    },
    onError: (thrown) => {
      const error = asApiError(thrown)
      if (error.field === "reference") return setReferenceFault(error.sentence)
      const found = faultsFrom(error, product.form)
      showFaults(found.faults)
      setRest(found.rest)
    },
  })
  return (
    <form
      ref={form}
      id={formId}
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        const found = faultsOf(product.form, texts)
        showFaults(found)
        setRest(null)
        setReferenceFault(null)
        if (Object.keys(found).length === 0) submit.mutate()
      }}
    >
      <FormFields
        form={product.form}
        currency={product.currency}
        texts={texts}
        faults={faults}
        onChange={(name, text) => {
          setTexts((now) => ({ ...now, [name]: text }))
          setFaults(({ [name]: _mended, ...others }) => others)
        }}
      />
      <Field
        label="Reference – optional"
        hint="Your own name for this application; without one it gets one."
        error={referenceFault}
      >
        {(control) => (
          <Input
            {...control}
            value={reference}
            maxLength={REFERENCE_LENGTH_MAX}
            autoComplete="off"
            onChange={(event) => setReference(event.target.value)}
          />
        )}
      </Field>
      {rest && (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          <span role="alert">{rest}</span>
        </Notice>
      )}
      <div className="flex items-center justify-end gap-3">
        <p className="text-xs text-ink-3">
          It is decided at once{product.payout && ", and paid out if it is approved"}.
        </p>
        <Button type="submit" variant="solid" busy={submit.isPending}>
          Submit
        </Button>
      </div>
    </form>
  )
}

function Answered({ decided, onAgain }: { decided: Decided; onAgain: () => void }) {
  return (
    <div className="flex flex-col gap-4" role="status">
      <div>
        <div className="flex flex-wrap gap-2">
          <ApplicationState state={decided.state} />
          {decided.verdict && <Verdict verdict={decided.verdict} />}
        </div>
        <p className="mt-2 text-base leading-6 font-medium">{decided.summary ?? `Application ${decided.reference}`}</p>
      </div>
      <Facts
        items={[
          ["Reference", decided.reference],
          ["Action", decided.action ? words(decided.action) : "–"],
          ["Confidence", <Confidence key="confidence" value={decided.confidence} />],
          ["Probability of repayment", <Confidence key="probability" value={decided.probability_of_repayment} />],
        ]}
      />
      {(decided.reasons?.length ?? 0) > 0 && (
        <ul className="list-disc pl-5 text-[13px] text-ink-2">
          {decided.reasons.map((reason) => (
            <li key={reason.code + reason.text}>{reason.text}</li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onAgain}>Another application</Button>
        <Button asChild variant="solid">
          <Link to="/applications/$applicationId" params={{ applicationId: decided.application_id }}>
            Open <ArrowRight />
          </Link>
        </Button>
      </div>
    </div>
  )
}
