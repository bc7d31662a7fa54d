import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react"
import { Button } from "@/ui/button"
import { Field, Input } from "@/ui/field"
import { NumberInput } from "@/ui/number-input"
import { Choice, Decimal, Every, OptionalDecimal } from "./controls"
import type { Band, Rate } from "./document"
import type { TermsEditing } from "./editing"

const PERCENT = 0.01
const KINDS = [
  ["fixed", "Fixed", "One rate for all."],
  ["bands", "By risk band", "Who is riskier pays more; who is in no band is put to a person."],
  ["index", "Index plus margin", "Follows an index, such as EURIBOR-3M, that you keep under Loans."],
] as const
const STARTS: Record<Rate["kind"], Rate> = {
  fixed: { kind: "fixed", rate: "12" },
  bands: {
    kind: "bands",
    bands: [
      { name: "A", rate: "9", up_to_probability_of_default: "0.05", from_score: null },
      { name: "B", rate: "14", up_to_probability_of_default: "0.12", from_score: null },
      { name: "C", rate: "21", up_to_probability_of_default: "0.25", from_score: null },
    ],
  },
  index: { kind: "index", index: "", margin: "4", floor: "0", cap: null, reset_every: "3m" },
}

/** The rate: one for all, by risk band, or an index plus a margin. */
export function RateGroup({ editing }: { editing: TermsEditing }) {
  const { rate } = editing.terms
  const set = (next: Rate) => editing.set({ rate: next })
  return (
    <div className="flex flex-col gap-3">
      <Choice
        path="rate.kind"
        editing={editing}
        label="Kind of rate"
        className="max-w-72"
        value={rate.kind}
        options={KINDS}
        onChange={(kind) => set(STARTS[kind])}
      />
      {rate.kind === "fixed" && (
        <Decimal
          path="rate.rate"
          editing={editing}
          label="Nominal rate"
          hint="Percent a year, before fees."
          unit="% p.a."
          className="max-w-72"
          value={rate.rate}
          onChange={(value) => set({ ...rate, rate: value })}
        />
      )}
      {rate.kind === "bands" && (
        <Bands editing={editing} bands={rate.bands} onChange={(bands) => set({ ...rate, bands })} />
      )}
      {rate.kind === "index" && (
        <div className="grid items-start gap-x-4 gap-y-3 sm:grid-cols-2">
          <Field label="Index" hint="Its rates are set under Loans." error={editing.fault("rate.index")}>
            {(control) => (
              <Input
                {...control}
                data-path="rate.index"
                className="mono"
                autoComplete="off"
                spellCheck={false}
                value={rate.index}
                onChange={(event) => set({ ...rate, index: event.target.value })}
              />
            )}
          </Field>
          <Decimal
            path="rate.margin"
            editing={editing}
            label="Margin"
            hint="Added to the index."
            unit="% p.a."
            value={rate.margin}
            onChange={(margin) => set({ ...rate, margin })}
          />
          <Decimal
            path="rate.floor"
            editing={editing}
            label="Never below"
            unit="% p.a."
            value={rate.floor}
            onChange={(floor) => set({ ...rate, floor })}
          />
          <OptionalDecimal
            path="rate.cap"
            editing={editing}
            label="Never above"
            hint="Empty for no cap."
            unit="% p.a."
            value={rate.cap}
            onChange={(cap) => set({ ...rate, cap })}
          />
          <Every
            path="rate.reset_every"
            editing={editing}
            label="Set anew every"
            hint="From the loan's start."
            value={rate.reset_every}
            onChange={(reset_every) => set({ ...rate, reset_every })}
          />
        </div>
      )}
    </div>
  )
}

function Bands({
  editing,
  bands,
  onChange,
}: {
  editing: TermsEditing
  bands: Band[]
  onChange: (bands: Band[]) => void
}) {
  const byScore = bands.some((band) => band.from_score !== null)
  const change = (at: number, part: Partial<Band>) => onChange(bands.with(at, { ...bands[at]!, ...part }))
  const swap = (at: number, to: number) => onChange(bands.with(at, bands[to]!).with(to, bands[at]!))
  const add = () => {
    const last = bands.at(-1)
    let letter = String.fromCharCode(65 + bands.length)
    while (bands.some((band) => band.name === letter)) letter += "+"
    onChange([
      ...bands,
      {
        name: letter,
        rate: last?.rate ?? "12",
        up_to_probability_of_default: byScore
          ? null
          : String(Math.min(1, Number(last?.up_to_probability_of_default ?? 0) + 0.1)),
        from_score: byScore ? String(Number(last?.from_score ?? 700) - 50) : null,
      },
    ])
  }
  return (
    <div className="flex flex-col gap-3">
      <Choice
        path="rate.bands"
        editing={editing}
        label="Bands by"
        className="max-w-72"
        value={byScore ? "score" : "probability"}
        options={[
          ["probability", "Probability of default", "What the model estimates for the applicant."],
          ["score", "Credit score", "The answer to the form's field with the role credit score."],
        ]}
        onChange={(by) =>
          onChange(
            bands.map((band, at) => ({
              ...band,
              up_to_probability_of_default: by === "score" ? null : String(Math.min(1, 0.05 * (at + 1))),
              from_score: by === "score" ? String(750 - 50 * at) : null,
            })),
          )
        }
      />
      <ul aria-label="Risk bands, the best first" className="flex flex-col gap-2">
        {bands.map((band, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names change while one types, places do not
          <li key={at} className="rounded-control border p-2">
            <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_minmax(0,1.2fr)_auto] items-start gap-2">
              <Field label="Band" error={editing.fault(`rate.bands[${at}].name`)}>
                {(control) => (
                  <Input
                    {...control}
                    data-path={`rate.bands[${at}].name`}
                    autoComplete="off"
                    value={band.name}
                    onChange={(event) => change(at, { name: event.target.value })}
                  />
                )}
              </Field>
              {byScore ? (
                <Decimal
                  path={`rate.bands[${at}].from_score`}
                  editing={editing}
                  label="Score from"
                  value={band.from_score ?? ""}
                  onChange={(from_score) => change(at, { from_score })}
                />
              ) : (
                <Field
                  label="Default up to (%)"
                  error={editing.fault(`rate.bands[${at}].up_to_probability_of_default`)}
                >
                  {(control) => (
                    <NumberInput
                      {...control}
                      data-path={`rate.bands[${at}].up_to_probability_of_default`}
                      className="num"
                      scale={PERCENT}
                      value={Number(band.up_to_probability_of_default ?? 0)}
                      onChange={(value) =>
                        value !== undefined && change(at, { up_to_probability_of_default: String(value) })
                      }
                    />
                  )}
                </Field>
              )}
              <Decimal
                path={`rate.bands[${at}].rate`}
                editing={editing}
                label="Rate (% p.a.)"
                value={band.rate}
                onChange={(rate) => change(at, { rate })}
              />
              <span className="flex pt-5">
                <Button
                  size="icon"
                  variant="ghost"
                  className="hidden sm:inline-flex"
                  aria-label={`Move band ${band.name} up`}
                  disabled={at === 0}
                  onClick={() => swap(at, at - 1)}
                >
                  <ArrowUp />
                </Button>
                <Button
                  size="icon"
                  variant="ghost"
                  className="hidden sm:inline-flex"
                  aria-label={`Move band ${band.name} down`}
                  disabled={at === bands.length - 1}
                  onClick={() => swap(at, at + 1)}
                >
                  <ArrowDown />
                </Button>
                <Button
                  size="icon"
                  variant="ghost"
                  aria-label={`Remove band ${band.name}`}
                  disabled={bands.length === 1}
                  onClick={() => onChange(bands.toSpliced(at, 1))}
                >
                  <Trash2 />
                </Button>
              </span>
            </div>
            {editing.fault(`rate.bands[${at}]`) && (
              <p role="alert" className="mt-1 text-xs text-decline">
                {editing.fault(`rate.bands[${at}]`)}
              </p>
            )}
          </li>
        ))}
      </ul>
      <Button size="sm" className="self-start" onClick={add}>
        <Plus /> Band
      </Button>
    </div>
  )
}
