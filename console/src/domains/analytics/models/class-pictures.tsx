import { Card } from "@/ui/basics"
import { Chart } from "@/ui/chart"
import { count, percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { type Details, readOff } from "./report"

const STEPS = 20

/** What was said beside what came, and what each cut-off would catch. */
export function ClassPictures({ details }: { details: Details }) {
  const { classes = [], confusion = [], roc, threshold } = details
  return (
    <>
      <Confusion classes={classes} confusion={confusion} />
      {roc && roc.length > 1 && (
        <Card title="What it catches, and at what price">
          <Chart
            className="h-56"
            data={{
              label: `ROC curve: share of “${classes[1]}” found, by share of the others named wrongly`,
              kind: "line",
              axis: "Named wrongly",
              points: Array.from({ length: STEPS + 1 }, (_, step) => percent(step / STEPS)),
              series: [
                { name: "Found", colour: "accent", values: readOff(roc, STEPS) },
                {
                  name: "By chance",
                  colour: "abstain-fill",
                  values: Array.from({ length: STEPS + 1 }, (_, step) => step / STEPS),
                },
              ],
              format: (value) => percent(value),
              most: 1,
            }}
          />
          {threshold && (
            <p className="text-[13px] text-ink-2">
              {threshold.advice} It then finds {percent(threshold.best_f1.recall)} of them and is right in{" "}
              {percent(threshold.best_f1.precision)} of those it names; from one half it finds{" "}
              {percent(threshold.one_half.recall)} and is right in {percent(threshold.one_half.precision)}.
            </p>
          )}
        </Card>
      )}
    </>
  )
}

function Confusion({ classes, confusion }: { classes: string[]; confusion: number[][] }) {
  const all = confusion.flat().reduce((sum, value) => sum + value, 0)
  const right = confusion.reduce((sum, row, at) => sum + (row[at] ?? 0), 0)
  return (
    <Card title="What was said, and what came">
      <Scroll label="Confusion matrix" className="overflow-x-auto">
        <table className="num text-[13px]">
          <caption className="sr-only">Cases by what came (rows) and what was said (columns)</caption>
          <thead className="text-xs text-ink-3">
            <tr>
              <th scope="col" className="py-1.5 pr-4 text-left font-medium">
                Came
              </th>
              {classes.map((name) => (
                <th key={name} scope="col" className="px-3 py-1.5 text-right font-medium whitespace-nowrap">
                  said {name}
                </th>
              ))}
              <th scope="col" className="py-1.5 pl-3 text-right font-medium">
                Right
              </th>
            </tr>
          </thead>
          <tbody>
            {confusion.map((row, at) => {
              const total = row.reduce((sum, value) => sum + value, 0)
              return (
                <tr key={classes[at]} className="border-t">
                  <th scope="row" className="py-1.5 pr-4 text-left font-normal whitespace-nowrap">
                    {classes[at]}
                  </th>
                  {row.map((value, column) => (
                    <td
                      key={classes[column]}
                      className={`px-3 py-1.5 text-right ${at === column ? "bg-accent-soft font-medium" : ""}`}
                    >
                      {count(value)}
                    </td>
                  ))}
                  <td className="py-1.5 pl-3 text-right text-ink-3">{total ? percent((row[at] ?? 0) / total) : "–"}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </Scroll>
      <p className="mt-2 text-[13px] text-ink-2">
        {all > 0 &&
          `${count(right)} of ${count(all)} cases it never saw are named rightly (${percent(right / all, 1)}).`}
      </p>
    </Card>
  )
}
