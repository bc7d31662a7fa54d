import { useMutation, useQuery } from "@tanstack/react-query"
import { CircleAlert, TriangleAlert } from "lucide-react"
import { useRef, useState } from "react"
import { type ApiError, asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Checkbox, Field, Select, Textarea } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { Fetched } from "@/ui/states"
import { Figure } from "../parts/figure"
import { type Deployment, useModelActs } from "./acting"
import { ALIAS_NAMES, type AliasName, aliasWord } from "./alias"
import { type Model, type VersionRow, versionsQuery } from "./queries"
import { algorithmWord } from "./words"

const HINTS: Record<AliasName, string> = {
  champion: "Answers from the next prediction on, in place of the present champion.",
  challenger: "Answers a share of the cases, so that both can be compared by what becomes of them.",
  shadow: "Answers in silence: nobody sees it, and it is compared with the champion.",
}
const SHARE = 0.1

/** Let a version answer: which, as what, for how many of the cases, and why. */
export default function DeployDialog({
  model,
  version,
  onClose,
}: {
  model: Model
  version?: number
  onClose: () => void
}) {
  const versions = useQuery(versionsQuery(model.id))
  return (
    <Dialog open onClose={onClose} title={`Deploy a version of ${model.model_name}`}>
      <Fetched query={versions} rows={4}>
        {({ items }) => <Form model={model} versions={items} first={version ?? items[0]?.number} onClose={onClose} />}
      </Fetched>
    </Dialog>
  )
}

function Form({
  model,
  versions,
  first,
  onClose,
}: {
  model: Model
  versions: VersionRow[]
  first: number | undefined
  onClose: () => void
}) {
  const acts = useModelActs(model)
  const [number, setNumber] = useState(first)
  const [alias, setAlias] = useState<AliasName>("champion")
  const [share, setShare] = useState<number | undefined>(SHARE)
  const [reason, setReason] = useState("")
  const [accepted, setAccepted] = useState(false)
  // One key for one wish: the same press twice deploys once.
  const intention = useRef({ key: crypto.randomUUID(), content: "" })
  const chosen = versions.find((each) => each.number === number)
  const deploy = useMutation({
    mutationFn: () => {
      const wish: Deployment = {
        version: number!,
        alias,
        reason: reason.trim(),
        accept_unvalidated: accepted,
        ...(alias !== "champion" && { share }),
      }
      const content = JSON.stringify(wish)
      if (intention.current.content !== content) intention.current = { key: crypto.randomUUID(), content }
      return acts.deploy(wish, intention.current.key)
    },
    onSuccess: onClose,
  })
  const error: ApiError | null = deploy.error ? asApiError(deploy.error) : null
  const at = (field: string) => (error?.field?.endsWith(field) ? error.sentence : null)
  const placed = ["version", "share", "reason", "accept_unvalidated"].some((each) => at(each))
  const unproven = chosen !== undefined && !chosen.validated
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        deploy.mutate()
      }}
    >
      <Field label="Version" error={at("version")} hint={chosen && <Figure of={chosen} />}>
        {(control) => (
          <Select {...control} value={number} onChange={(event) => setNumber(Number(event.target.value))}>
            {versions.map((each) => (
              <option key={each.id} value={each.number}>
                {each.number} – {algorithmWord(each.algorithm)}
                {each.aliases.length > 0 && `, ${each.aliases.join(", ")}`}
                {!each.validated && ", not validated"}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-[1fr_9rem]">
        <Field label="As" hint={HINTS[alias]}>
          {(control) => (
            <Select {...control} value={alias} onChange={(event) => setAlias(event.target.value as AliasName)}>
              {ALIAS_NAMES.map((each) => (
                <option key={each} value={each}>
                  {aliasWord(each)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {alias !== "champion" && (
          <Field label="Share of cases, %" error={at("share")}>
            {(control) => <NumberInput {...control} value={share} scale={0.01} onChange={setShare} />}
          </Field>
        )}
      </div>
      <Field label="Reason (kept in the record)" error={at("reason")}>
        {(control) => (
          <Textarea
            {...control}
            value={reason}
            rows={2}
            maxLength={2000}
            required
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {unproven && (
        <Notice tone="warn" icon={<TriangleAlert aria-hidden />}>
          <p className="mb-2">
            Version {number} did not prove itself on rows it never saw. Whatever it answers may be no better than
            guessing.
          </p>
          <Checkbox
            label="I accept that it is not validated"
            checked={accepted}
            onChange={(event) => setAccepted(event.target.checked)}
          />
        </Notice>
      )}
      {error && (!placed || at("accept_unvalidated")) && (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          <span role="alert">{error.sentence}</span>
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          variant="solid"
          busy={deploy.isPending}
          disabled={number === undefined || reason.trim().length < 3 || (unproven && !accepted)}
        >
          Deploy
        </Button>
      </div>
    </form>
  )
}
