import { Field, Input, Textarea } from "@/ui/field"

const NAME_LENGTH_MAX = 63
const DESCRIPTION_LENGTH_MAX = 2_000

/** What a dataset is called, and what somebody should know of it. */
export function NameFields({
  name,
  onName,
  description,
  onDescription,
  fault,
}: {
  name: string
  onName: (name: string) => void
  description: string
  onDescription: (description: string) => void
  /** What the server says of the name. */
  fault: string | null
}) {
  return (
    <>
      <Field label="Name" hint="Queries use it as a table's name." error={fault}>
        {(control) => (
          <Input
            {...control}
            required
            autoComplete="off"
            maxLength={NAME_LENGTH_MAX}
            value={name}
            onChange={(event) => onName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Description" hint="What a row is, and where it comes from. Optional.">
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            maxLength={DESCRIPTION_LENGTH_MAX}
            value={description}
            onChange={(event) => onDescription(event.target.value)}
          />
        )}
      </Field>
    </>
  )
}
