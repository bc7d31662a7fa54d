import type { Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { count } from "@/ui/format"
import { Amount } from "../loans/amounts"
import { bucketLabel } from "../loans/states"
import { dayText } from "../terms/days"
import { Cell, Explained, Nothing, PlainTable, RowHead } from "./parts"
import { shareText } from "./words"

const STRENGTH = 34
const shade = (share: number | null, fill: string) =>
  share
    ? { background: `color-mix(in oklab, var(--${fill}) ${Math.round(share * STRENGTH)}%, transparent)` }
    : undefined

/** What became of each bucket's principal within a month. */
export function RollsCard({ rolls }: { rolls: Schema["PortfolioRolls"] }) {
  return (
    <Card
      title={
        <Explained term="Roll rates">
          Of the principal that stood in a bucket at one end of a month, the share that stood elsewhere at the next.
        </Explained>
      }
      actions={
        rolls.before &&
        rolls.after && (
          <span className="text-xs text-ink-3">
            {dayText(rolls.before)} to {dayText(rolls.after)} · cure rate{" "}
            <span className="num font-semibold text-ink">{shareText(rolls.cure_rate)}</span>
          </span>
        )
      }
    >
      {rolls.rolls.length === 0 ? (
        <Nothing>Two ends of months must be in the books before loans can be seen to move.</Nothing>
      ) : (
        <PlainTable
          label="What became of each bucket within the month"
          heads={[
            { label: "Was" },
            { label: "Loans", right: true },
            { label: "Principal", right: true, wide: true },
            {
              label: <Explained term="Cured">Nothing is overdue any more, or the loan is paid off.</Explained>,
              right: true,
            },
            { label: <Explained term="Better">Still late, in a lower bucket.</Explained>, right: true },
            { label: "Same", right: true },
            { label: <Explained term="Worse">In a higher bucket than before.</Explained>, right: true },
            { label: <Explained term="Lost">Charged off or written off.</Explained>, right: true },
          ]}
        >
          {rolls.rolls.map((roll) => (
            <tr key={roll.bucket} className="border-b last:border-0">
              <RowHead>{bucketLabel(roll.bucket)}</RowHead>
              <Cell right>{count(roll.count)}</Cell>
              <Cell right wide>
                <Amount value={roll.outstanding} currency={rolls.currency} />
              </Cell>
              <Share share={roll.cured} fill="approve-fill" />
              <Share share={roll.better} fill="approve-fill" />
              <Share share={roll.same} fill="abstain-fill" />
              <Share share={roll.worse} fill="review-fill" />
              <Share share={roll.lost} fill="decline-fill" />
            </tr>
          ))}
        </PlainTable>
      )}
    </Card>
  )
}

const Share = ({ share, fill }: { share: number | null; fill: string }) => (
  <td className="h-9 px-2 text-right last:pr-2" style={shade(share, fill)}>
    {share === 0 ? <span className="text-ink-3">–</span> : shareText(share)}
  </td>
)
