import type { ReactNode } from "react"
import { Tip } from "@/ui/basics"
import type { AnomalyDetail } from "./queries"
import { impactRange, inUnit, rounded, unitWord } from "./words"

const SIZE_DIGITS = 1
const PROBABILITY_LEAST = 1e-6

/** How likely so strange a value is in the figure's usual course, in words. */
const rarity = (probability: number) => {
  if (probability <= PROBABILITY_LEAST) return "less than once in a million points"
  const every = Math.round(1 / probability)
  return `about once in ${every.toLocaleString(undefined, { maximumSignificantDigits: 2 })} points`
}

/** What came, what was expected, how far apart they are, and what that is worth. */
export function Figures({ row, currency }: { row: AnomalyDetail; currency: string }) {
  const unit = unitWord(row.unit)
  const show = (value: number) => inUnit(value, row.unit, currency)
  const { impact } = row
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-control border bg-line xl:grid-cols-4">
      <Tile
        term="Came, at its peak"
        value={`${show(row.value)}${unit && ` ${unit}`}`}
        note={`${row.direction === "up" ? "above" : "below"} the usual range`}
      />
      <Tile
        term="Expected"
        value={`${show(row.expected)}${unit && ` ${unit}`}`}
        note={`usually ${show(row.lower)} to ${show(row.upper)}`}
      />
      <Tile
        term="Size"
        value={
          <Tip label={`Evidence ${row.score.toFixed(SIZE_DIGITS)} in powers of ten`}>
            <span>{Math.abs(row.size).toLocaleString(undefined, { maximumFractionDigits: SIZE_DIGITS })} ×</span>
          </Tip>
        }
        note={`the usual deviation; ${rarity(row.probability)}`}
      />
      {impact ? (
        <Tile
          term={Number(impact.amount) < 0 ? "Cost" : "Brought in"}
          value={`about ${rounded(Math.abs(Number(impact.amount)), impact.currency)}`}
          note={impactRange(impact)}
        />
      ) : (
        <Tile term="Impact" value="Not priced" note="Say what a unit is worth under Watched figures." />
      )}
    </dl>
  )
}

const Tile = ({ term, value, note }: { term: string; value: ReactNode; note: string }) => (
  <div className="bg-surface px-3 py-2.5">
    <dt className="text-xs text-ink-3">{term}</dt>
    <dd className="num mt-0.5 text-[15px] font-semibold">{value}</dd>
    <dd className="num text-xs text-ink-3">{note}</dd>
  </div>
)
