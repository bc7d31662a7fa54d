import type { Schema } from "@/api/client"
import { Card } from "@/ui/basics"
import { count } from "@/ui/format"
import { Amount } from "../loans/amounts"
import { Cell, Explained, Nothing, PlainTable, RowHead } from "./parts"
import { shareText } from "./words"

const STAGES: Record<number, [string, string]> = {
  1: ["Stage 1", "As expected: a year's expected loss is set aside."],
  2: ["Stage 2", "Risk has risen much since the loan was made: the loss expected over its whole life is set aside."],
  3: ["Stage 3", "In default: the loss that is expected now is set aside."],
}

/** What is set aside for losses, by stage of IFRS 9. */
export function StagesCard({ portfolio }: { portfolio: Schema["PortfolioView"] }) {
  const { currency, stages } = portfolio
  return (
    <Card
      title={
        <Explained term="Provisions by stage">
          Expected credit loss as IFRS 9 has it: probability of default times loss given default times what is owed.
        </Explained>
      }
    >
      {stages.length === 0 ? (
        <Nothing>
          {portfolio.month_end ? "Stages are kept for today only, not for the end of a month." : "No loan is open."}
        </Nothing>
      ) : (
        <PlainTable
          label="Provisions by stage"
          heads={[
            { label: "Stage" },
            { label: "Loans", right: true },
            { label: "Outstanding", right: true },
            { label: "Provision", right: true },
            { label: "Coverage", right: true },
          ]}
        >
          {stages.map((stage) => {
            const [name, about] = STAGES[stage.key] ?? [`Stage ${stage.key}`, ""]
            return (
              <tr key={stage.key} className="border-b">
                <RowHead>
                  <Explained term={name}>{about}</Explained>
                </RowHead>
                <Cell right>{count(stage.count)}</Cell>
                <Cell right>
                  <Amount value={stage.outstanding} currency={currency} />
                </Cell>
                <Cell right>
                  <Amount value={stage.provision} currency={currency} />
                </Cell>
                <Cell right>{shareText(stage.coverage)}</Cell>
              </tr>
            )
          })}
          <tr className="font-semibold">
            <th scope="row" className="h-9 pr-2 text-left">
              All
            </th>
            <Cell right>{count(portfolio.count)}</Cell>
            <Cell right>
              <Amount value={portfolio.outstanding} currency={currency} />
            </Cell>
            <Cell right>
              <Amount value={portfolio.provision} currency={currency} className="" />
            </Cell>
            <Cell right>{shareText(portfolio.coverage)}</Cell>
          </tr>
        </PlainTable>
      )}
    </Card>
  )
}
