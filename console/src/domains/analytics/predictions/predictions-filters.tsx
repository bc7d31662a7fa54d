import { X } from "lucide-react"
import { Button } from "@/ui/button"
import { Chips, SearchBox } from "@/ui/facets"
import { Select } from "@/ui/field"
import type { Model } from "./queries"
import { filterCount, NO_FILTER, ROLES, type Role, type Wanted } from "./search"

const ROLE_WORDS: Record<Role, string> = {
  champion: "Champion",
  challenger: "Challenger",
  shadow: "Shadow",
  version: "Asked by version",
}
export const roleWord = (role: Role) => ROLE_WORDS[role]

/** Everything a model's predictions can be narrowed down by. */
export function PredictionsFilters({
  model,
  wanted,
  onChange,
}: {
  model: Model
  wanted: Wanted
  onChange: (change: Partial<Wanted>, typing?: boolean) => void
}) {
  const numbers = [
    ...new Set([...(wanted.version ? [wanted.version] : []), ...model.versions.map((each) => each.number)]),
  ].toSorted((one, other) => other - one)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchBox
        label="Find a case by its name"
        placeholder="Case, such as a customer…"
        value={wanted.entity}
        onChange={(entity) => onChange({ entity }, true)}
      />
      <Chips
        label="Outcome"
        choices={[
          { value: "known", label: "Outcome known" },
          { value: "unknown", label: "Not known yet" },
        ]}
        chosen={wanted.outcome ? [wanted.outcome] : []}
        onChange={(chosen) =>
          onChange({ outcome: chosen?.find((each) => each !== wanted.outcome) as Wanted["outcome"] })
        }
      />
      <Select
        aria-label="Version"
        className="w-36!"
        value={wanted.version ?? ""}
        onChange={(event) => onChange({ version: event.target.value ? Number(event.target.value) : undefined })}
      >
        <option value="">All versions</option>
        {numbers.map((number) => (
          <option key={number} value={number}>
            Version {number}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Who answered"
        className="w-40!"
        value={wanted.role ?? ""}
        onChange={(event) => onChange({ role: (event.target.value || undefined) as Role | undefined })}
      >
        <option value="">Whoever answered</option>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {ROLE_WORDS[role]}
          </option>
        ))}
      </Select>
      {wanted.batch && (
        <Button onClick={() => onChange({ batch: undefined })}>
          Only one batch <X aria-label="Remove this filter" />
        </Button>
      )}
      {filterCount(wanted) > 0 && (
        <Button variant="ghost" onClick={() => onChange(NO_FILTER)}>
          Clear filters
        </Button>
      )}
    </div>
  )
}
