import { FolderPlus, Plus, X } from "lucide-react"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Select } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { type Comparison, type Condition, isComparison, partsOf } from "./document"
import { FoundAt, useEditor } from "./editor"
import { FieldSelect } from "./field-select"
import { findingsAt } from "./places"
import { comparisonOn, type GroupKind, group, groupKind, withOperator, withPart } from "./tree"
import { ListInput, ScalarInput } from "./value-input"
import { operatorsFor, type Words } from "./vocabulary"
import { operatorWords, scalarText } from "./wording"

const DEPTH_MAX = 8

interface Props {
  condition: Condition
  path: string
  onChange: (condition: Condition | null) => void
  depth?: number
}

/** A condition as a tree of groups and comparisons. The outermost is always shown as a group, so that parts can be added. */
export function ConditionBuilder({ condition, path, onChange }: Omit<Props, "depth">) {
  if (groupKind(condition)) return <Group condition={condition} path={path} onChange={onChange} depth={0} />
  return (
    <div className="flex flex-col gap-2">
      <Row comparison={condition as Comparison} path={path} onChange={(next) => onChange(next ?? { all: [] })} />
      <Adders depth={0} onAdd={(part) => onChange({ all: [condition, part] })} />
    </div>
  )
}

const KINDS: [GroupKind, string][] = [
  ["all", "All of these hold"],
  ["any", "At least one of these holds"],
  ["not", "This does not hold"],
]

function Group({ condition, path, onChange, depth = 0 }: Props) {
  const kind = groupKind(condition)!
  const parts = partsOf(condition)
  const pathOf = (at: number) => (kind === "not" ? `${path}.not` : `${path}.${kind}[${at}]`)
  return (
    <fieldset
      aria-label={KINDS.find(([each]) => each === kind)![1]}
      className={cn(
        "min-w-0 rounded-control border-l-2 pl-3",
        kind === "not" ? "border-review-fill" : "border-line-strong",
      )}
    >
      <div className="mb-2 flex items-center gap-2">
        <Select
          aria-label="How the parts combine"
          className="max-w-60"
          value={kind}
          onChange={(event) => onChange(group(event.target.value as GroupKind, parts))}
        >
          {KINDS.map(([each, label]) => (
            <option key={each} value={each}>
              {label}
            </option>
          ))}
        </Select>
        {depth > 0 && (
          <Button size="icon" variant="ghost" aria-label="Remove this group" onClick={() => onChange(null)}>
            <X />
          </Button>
        )}
      </div>
      <FoundAt path={path} className="mb-2" />
      <FoundAt path={`${path}.${kind}`} className="mb-2" />
      <div className="flex flex-col gap-2">
        {parts.length === 0 && (
          <p className="text-xs text-ink-3">
            {kind === "any" ? "Nothing yet: it never holds." : "Nothing yet: it always holds."}
          </p>
        )}
        {parts.map((part, at) => {
          const change = (next: Condition | null) => onChange(withPart(condition, at, next))
          return isComparison(part) ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
            <Row key={at} comparison={part} path={pathOf(at)} onChange={change} />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
            <Group key={at} condition={part} path={pathOf(at)} onChange={change} depth={depth + 1} />
          )
        })}
        {kind !== "not" && <Adders depth={depth} onAdd={(part) => onChange(group(kind, [...parts, part]))} />}
      </div>
    </fieldset>
  )
}

function Adders({ depth, onAdd }: { depth: number; onAdd: (part: Condition) => void }) {
  const { fields } = useEditor()
  return (
    <div className="flex gap-1.5">
      <Button size="sm" variant="ghost" onClick={() => onAdd(comparisonOn(fields[0]))}>
        <Plus /> Condition
      </Button>
      {depth < DEPTH_MAX && (
        <Button size="sm" variant="ghost" onClick={() => onAdd({ any: [comparisonOn(fields[0])] })}>
          <FolderPlus /> Group
        </Button>
      )}
    </div>
  )
}

/** The lists that are kept, of which a condition asks one. */
function KeptList({
  lists,
  value,
  invalid,
  onChange,
}: {
  lists: Words["lists"]
  value: string
  invalid: boolean
  onChange: (name: string) => void
}) {
  return (
    <Select
      aria-label="List"
      aria-invalid={invalid || undefined}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {!lists.some((each) => each.name === value) && <option value={value}>{value || "Choose a list"}</option>}
      {lists.map((each) => (
        <option key={each.name} value={each.name}>
          {each.label}
        </option>
      ))}
    </Select>
  )
}

function Row({
  comparison,
  path,
  onChange,
}: {
  comparison: Comparison
  path: string
  onChange: (next: Condition | null) => void
}) {
  const { fields, findings, document, vocabulary } = useEditor()
  const field = fields.find((each) => each.name === comparison.field)
  const wrong = findingsAt(findings, document, path, true).some((finding) => finding.severity === "error")
  const { op, value, other, factor } = comparison
  const listed = op === "in_list" || op === "not_in_list"
  const simple = op !== "in" && op !== "not_in" && op !== "between" && !listed
  const valueless = op === "is_missing" || op === "is_present"
  const toValue = () => onChange(withOperator({ field: comparison.field, op }, op, field))
  return (
    <div>
      <div className="grid grid-cols-[1fr_auto] items-start gap-1.5 sm:grid-cols-[minmax(8rem,1.1fr)_minmax(7rem,0.8fr)_minmax(9rem,1.4fr)_auto]">
        <div className="col-span-2 sm:col-span-1">
          <FieldSelect
            label="Field"
            value={comparison.field}
            invalid={wrong}
            onChange={(next) => {
              const known = fields.find((each) => each.name === next)
              const keeps = known && field && known.type === field.type && known.operators.includes(op)
              onChange(keeps ? { ...comparison, field: next } : comparisonOn(known, next))
            }}
          />
        </div>
        <div className="col-span-2 sm:col-span-1">
          <Select
            aria-label="Operator"
            value={op}
            onChange={(event) => onChange(withOperator(comparison, event.target.value as Comparison["op"], field))}
          >
            {operatorsFor(field, op).map((each) => (
              <option key={each} value={each}>
                {operatorWords(each)}
              </option>
            ))}
          </Select>
        </div>
        <div className="min-w-0">
          {valueless ? null : listed ? (
            <KeptList
              lists={vocabulary?.lists ?? []}
              invalid={wrong}
              value={typeof value === "string" ? value : ""}
              onChange={(next) => onChange({ ...comparison, value: next })}
            />
          ) : other !== undefined ? (
            <span className="flex items-center gap-1.5">
              <NumberInput
                aria-label="Factor"
                className="max-w-16"
                placeholder="1"
                value={factor === undefined ? undefined : Number(scalarText(factor))}
                onChange={(next) => {
                  const { factor: _, ...rest } = comparison
                  onChange(next === undefined ? rest : { ...rest, factor: next })
                }}
              />
              <span aria-hidden>×</span>
              <FieldSelect
                label="Other field"
                value={other}
                onChange={(next) => onChange({ ...comparison, other: next })}
              />
            </span>
          ) : op === "between" ? (
            <span className="flex items-center gap-1.5">
              {[0, 1].map((end) => (
                <ScalarInput
                  key={end}
                  field={field}
                  label={end ? "Most" : "Least"}
                  invalid={wrong}
                  value={Array.isArray(value) ? value[end] : undefined}
                  onChange={(next) => {
                    const ends = Array.isArray(value) ? [...value] : []
                    ends[end] = next ?? 0
                    onChange({ ...comparison, value: ends })
                  }}
                />
              ))}
            </span>
          ) : simple ? (
            <ScalarInput
              field={field}
              label="Value"
              invalid={wrong}
              value={Array.isArray(value) ? value[0] : value}
              onChange={(next) => {
                const { value: _, ...rest } = comparison
                onChange(next === undefined ? rest : { ...rest, value: next })
              }}
            />
          ) : (
            <ListInput
              field={field}
              label="Values"
              invalid={wrong}
              values={Array.isArray(value) ? value : value === undefined ? [] : [value]}
              onChange={(next) => onChange({ ...comparison, value: next })}
            />
          )}
          {simple && !valueless && (
            <button
              type="button"
              className="mt-0.5 text-2xs text-ink-3 underline-offset-2 hover:text-ink hover:underline"
              onClick={() =>
                other === undefined
                  ? onChange({
                      field: comparison.field,
                      op,
                      other:
                        fields.find((each) => each.name !== comparison.field && each.type === field?.type)?.name ??
                        comparison.field,
                    })
                  : toValue()
              }
            >
              {other === undefined ? "Compare with another field" : "Compare with a value"}
            </button>
          )}
        </div>
        <Button size="icon" variant="ghost" aria-label="Remove this condition" onClick={() => onChange(null)}>
          <X />
        </Button>
      </div>
      <FoundAt path={path} deep className="mt-1" />
    </div>
  )
}
