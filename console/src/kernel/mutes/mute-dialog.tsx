import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once, query } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Select, Textarea } from "@/ui/field"
import { plain, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { refreshMutes } from "./queries"
import { forDays, UntilField, useUntil } from "./until-field"

const DAYS = 90

interface Props {
  kind: string
  rule: string
  /** The values of the case, some of which name the customer. */
  values: Record<string, unknown>
  onClose: () => void
}

/** Keep a rule from asking about one customer for a while. */
export function MuteDialog(props: Props) {
  const { kind, rule, values, onClose } = props
  const params = { path: { kind } }
  const vocabulary = useQuery(query.queryOptions("get", "/api/v1/policies/{kind}/vocabulary", { params }))
  const policy = useQuery(query.queryOptions("get", "/api/v1/policies/{kind}", { params }))
  const rules = policy.data?.body.rules
  const now = rules?.find((each) => each.name === rule)
  const refusal =
    rules === undefined
      ? null
      : now === undefined
        ? "The policy in force has this rule no longer, so there is nothing to mute."
        : now.mutable === false
          ? "The policy says that this rule may not be muted. Change the policy instead."
          : null
  return (
    <Dialog open onClose={onClose} title={`Mute “${words(rule)}” for this customer`}>
      {refusal ? (
        <Refused onClose={onClose}>{refusal}</Refused>
      ) : (
        <Fetched query={vocabulary} rows={4}>
          {(known) => {
            const counted = policy.data?.body.aggregates?.map((each) => each.by) ?? []
            const named = known.values.filter((value) => value.identifies || counted.includes(value.name))
            const customers = named.flatMap(({ name, label }) => {
              const value = values[name]
              return value === null || value === undefined || value === ""
                ? []
                : [{ field: name, label, value: String(value) }]
            })
            return customers.length === 0 ? (
              <Refused onClose={onClose}>
                Nothing in this case tells its customer from others, so no rule can be muted for them
                {named.length > 0 && `: it has none of ${named.map((each) => each.label).join(", ")}`}.
              </Refused>
            ) : (
              <Form {...props} customers={customers} />
            )
          }}
        </Fetched>
      )}
    </Dialog>
  )
}

function Refused({ children, onClose }: { children: React.ReactNode; onClose: () => void }) {
  return (
    <>
      <Notice>{children}</Notice>
      <div className="mt-4 flex justify-end">
        <Button variant="solid" onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  )
}

function Form({
  kind,
  rule,
  onClose,
  customers,
}: Props & { customers: { field: string; label: string; value: string }[] }) {
  const client = useQueryClient()
  const [field, setField] = useState(customers[0]!.field)
  const [reason, setReason] = useState("")
  const [until, setUntil] = useState(forDays(DAYS))
  const [key, setKey] = useState(() => crypto.randomUUID())
  const momentOf = useUntil(until)
  const customer = customers.find((each) => each.field === field) ?? customers[0]!
  const mute = useMutation({
    mutationFn: async () =>
      (
        await api.POST("/api/v1/mutes", {
          body: { kind, rule, field, value: customer.value, until: momentOf()!, reason: reason.trim() },
          headers: once(key),
        })
      ).data!,
    onSuccess: async () => {
      await refreshMutes(client)
      toast("The rule is muted for this customer", { detail: "From the next decision on." })
      onClose()
    },
    onError: () => setKey(crypto.randomUUID()),
  })
  const problem = mute.error ? asApiError(mute.error) : null
  const at = (name: string) => (problem?.field?.replace(/^body\./, "") === name ? problem.sentence : null)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mute.mutate()
      }}
    >
      <p className="text-[13px] text-ink-2">
        The rule asks nobody about this customer until then, from the next decision on. All other rules and limits hold
        as ever. What waits for an answer now still waits.
      </p>
      <Field
        label="The customer, named by"
        hint="The rule is muted wherever this value is the same; capitals make no difference."
        error={at("field") ?? at("value")}
      >
        {(control) => (
          <Select {...control} value={field} onChange={(event) => setField(event.target.value)}>
            {customers.map((each) => (
              <option key={each.field} value={each.field}>
                {each.label}: {plain(each.value)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <UntilField
        label="Asks again"
        value={until}
        onChange={setUntil}
        error={at("until")}
        hint="In business time; at most a year ahead."
      />
      <Field label="Reason (kept in the record)" error={at("reason")}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            maxLength={2000}
            required
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {problem && !["field", "value", "until", "reason"].some(at) && (
        <Notice tone="bad">
          <span role="alert">{problem.sentence}</span>
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant="solid" busy={mute.isPending} disabled={!reason.trim() || !momentOf()}>
          Mute the rule
        </Button>
      </div>
    </form>
  )
}
