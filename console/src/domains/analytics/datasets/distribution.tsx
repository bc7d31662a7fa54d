import { count, percent } from "@/ui/format"
import type { Column } from "./queries"
import { cellText, figure } from "./words"

const SHOWN_MAX = 3
const WIDTH = 160
const HEIGHT = 28

/** How the values of a column are spread: numbers in bins, categories by how often they occur. */
export function Distribution({ column, rows }: { column: Column; rows: number }) {
  const present = Math.round(rows * (1 - column.missing))
  if (!present) return <span className="text-ink-3">–</span>
  if (column.bins && column.type === "numeric") return <Bins column={column} bins={column.bins} />
  if (column.top.length) return <Frequent column={column} present={present} />
  if (column.min != null && column.max != null)
    return (
      <span className="num text-xs text-ink-2">
        {short(column.min)} to {short(column.max)}
      </span>
    )
  return <span className="text-xs text-ink-3">Each value occurs once</span>
}

const short = (value: number | string) => (typeof value === "number" ? figure(value) : value.replace("T00:00:00", ""))

function Bins({ column, bins }: { column: Column; bins: NonNullable<Column["bins"]> }) {
  const most = Math.max(...bins.counts)
  const step = WIDTH / bins.counts.length
  const said = `From ${figure(bins.low)} to ${figure(bins.high)}, half of the values below ${figure(column.quantiles?.p50 ?? bins.low)}`
  return (
    <span className="block">
      <svg role="img" aria-label={said} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-7 w-40 text-accent">
        {bins.counts.map((amount, at) => {
          const height = amount ? Math.max(1.5, (amount / most) * HEIGHT) : 0
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
              key={at}
              x={at * step + 0.5}
              y={HEIGHT - height}
              width={step - 1}
              height={height}
              rx={1}
              fill="currentColor"
              opacity={0.75}
            />
          )
        })}
      </svg>
      <span className="num flex w-40 justify-between text-2xs text-ink-3">
        <span>{figure(bins.low)}</span>
        <span>{figure(bins.high)}</span>
      </span>
    </span>
  )
}

function Frequent({ column, present }: { column: Column; present: number }) {
  const shown = column.top.slice(0, SHOWN_MAX)
  const others = column.distinct - shown.length
  return (
    <ul
      className="flex w-56 flex-col gap-0.5"
      title={column.top.map((each) => `${cellText(each.value)}: ${count(each.count)}`).join("\n")}
    >
      {shown.map((each) => {
        const share = each.count / present
        return (
          <li key={String(each.value)} className="flex items-center gap-2 text-2xs">
            <span className="w-24 truncate text-ink-2">{cellText(each.value)}</span>
            <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-line">
              <span className="block h-full rounded-full bg-accent/75" style={{ width: `${share * 100}%` }} />
            </span>
            <span className="num w-9 text-right text-ink-3">{percent(share)}</span>
          </li>
        )
      })}
      {others > 0 && (
        <li className="text-2xs text-ink-3">
          and {count(others)} {others === 1 ? "other" : "others"}
        </li>
      )}
    </ul>
  )
}
