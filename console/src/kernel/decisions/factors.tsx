import type { Schema } from "@/api/client"
import { cn } from "@/ui/cn"
import { plain, words } from "@/ui/format"

type Factor = Schema["Factor"]

/** What features are called, as far as something on the page says so. */
export type Labels = Readonly<Record<string, string>>

const HALF = 50

const named = (factor: Factor, labels: Labels) => {
  const own: unknown[] = Array.isArray(factor.labels) ? factor.labels : []
  return factor.features.map((feature, index) => labels[feature] ?? own[index] ?? words(feature)).join(" × ")
}

const shown = (value: unknown) => (Array.isArray(value) ? value.map(plain).join(" × ") : plain(value))

const signed = (value: number) =>
  value.toLocaleString(undefined, { signDisplay: "exceptZero", minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** What weighed in and which way, in log odds: bars to the left and right of a middle line, and the figures as a table. */
export function Factors({ factors, labels }: { factors: Factor[]; labels: Labels }) {
  const widest = Math.max(...factors.map((factor) => Math.abs(factor.log_odds)), Number.MIN_VALUE)
  const against = factors.find((factor) => factor.log_odds < 0)?.speaks
  const favour = factors.find((factor) => factor.log_odds > 0)?.speaks
  return (
    <table className="w-full text-[13px]">
      <caption className="sr-only">Factors and their weights in log odds</caption>
      <thead className="text-2xs text-ink-3">
        <tr>
          <th scope="col" className="w-2/5 pb-1 text-left font-normal">
            Factor
          </th>
          <th scope="col" className="pb-1 font-normal">
            <span className="flex justify-between gap-2">
              <span>{against && `← ${against}`}</span>
              <span>{favour && `${favour} →`}</span>
            </span>
          </th>
          <th scope="col" className="w-14 pb-1 text-right font-normal">
            Log odds
          </th>
        </tr>
      </thead>
      <tbody>
        {factors.map((factor) => {
          const width = (Math.abs(factor.log_odds) / widest) * HALF
          const negative = factor.log_odds < 0
          return (
            <tr key={factor.features.join(" ")} className="border-t align-middle">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                <span className="block leading-4">{named(factor, labels)}</span>
                <span className="num text-xs text-ink-3">{shown(factor.value)}</span>
              </th>
              <td className="py-1.5">
                <span className="sr-only">{factor.speaks}</span>
                <span aria-hidden className="relative block h-2.5 rounded-sm bg-sunken dark:bg-raised">
                  <span
                    className={cn(
                      "absolute inset-y-0",
                      negative ? "rounded-l-sm bg-review-fill" : "rounded-r-sm bg-accent",
                    )}
                    style={{ width: `${width}%`, left: `${negative ? HALF - width : HALF}%` }}
                  />
                  <span className="absolute -inset-y-1 left-1/2 w-px bg-line-strong" />
                </span>
              </td>
              <td className="num py-1.5 text-right text-ink-2">{signed(factor.log_odds)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
