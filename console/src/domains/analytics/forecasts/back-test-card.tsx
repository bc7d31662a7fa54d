import { Card, Facts } from "@/ui/basics"
import { percent } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { plural } from "../datasets/words"
import type { Summary } from "./queries"

type BackTest = NonNullable<Summary["back_test"]>

const TIED = 0.005
const COVERAGE_SLACK = 0.03
const HUNDRED = 100

const error = (value: number | null) => (value === null ? "–" : percent(value / HUNDRED, 1))
const share = (value: number | null) => (value === null ? "–" : percent(value))

/** How the same way did on the past, in plain words, beside repeating the last season. */
export function BackTestCard({ backTest }: { backTest: BackTest | null }) {
  if (!backTest)
    return (
      <Card title="On the past">
        <p className="text-[13px] text-ink-3">The past is too short to try it there. Take its bounds with care.</p>
      </Card>
    )
  const { overall, by_horizon: steps } = backTest
  return (
    <Card title="On the past">
      <p className="text-[13px] text-ink-2">
        Made anew at {plural(backTest.origins, "point")} of the past, for{" "}
        {plural(backTest.series_tested, "series", "series")}, and held against what came. {inWords(backTest)}
      </p>
      <Facts
        className="mt-3"
        items={[
          [
            "Mean error (sMAPE)",
            <Beside key="smape" value={error(overall.smape)} naive={error(overall.naive_smape)} />,
          ],
          [
            "Error, scaled (MASE)",
            <Beside key="mase" value={overall.mase?.toFixed(2) ?? "–"} naive={overall.naive_mase?.toFixed(2) ?? "–"} />,
          ],
          [
            "Bounds held",
            <span key="held" className="num">
              {share(overall.coverage)}{" "}
              <span className="text-xs text-ink-3">{share(backTest.coverage_wanted)} wanted</span>
            </span>,
          ],
        ]}
      />
      {steps.length > 1 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-[13px] text-ink-2">By how far ahead</summary>
          <Scroll label="Back-test by how far ahead" className="mt-2 max-h-64 overflow-auto rounded-control border">
            <table className="num w-full text-xs">
              <thead className="sticky top-0 bg-sunken text-ink-3">
                <tr>
                  {["Ahead", "Error", "Naive", "Held"].map((head) => (
                    <th key={head} scope="col" className="px-2 py-1.5 text-right font-medium">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {steps.map((step) => (
                  <tr key={step.horizon} className="border-t">
                    <th scope="row" className="px-2 py-1 text-right font-normal">
                      {step.horizon}
                    </th>
                    <td className="px-2 py-1 text-right">{error(step.smape)}</td>
                    <td className="px-2 py-1 text-right text-ink-3">{error(step.naive_smape)}</td>
                    <td className="px-2 py-1 text-right">{share(step.coverage)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      )}
    </Card>
  )
}

const Beside = ({ value, naive }: { value: string; naive: string }) => (
  <span className="num">
    {value} <span className="text-xs text-ink-3">naive {naive}</span>
  </span>
)

function inWords({ skill, overall, coverage_wanted: wanted }: BackTest): string {
  const better =
    skill === null
      ? "How it compares with repeating the last season is not known."
      : Math.abs(skill) < TIED
        ? "It errs as much as repeating the last season: the simple way would do."
        : skill > 0
          ? `Its error was ${percent(skill)} smaller than that of repeating the last season.`
          : `Its error was ${percent(-skill)} larger than that of repeating the last season: do not rely on it.`
  if (overall.coverage === null) return better
  const held =
    overall.coverage < wanted - COVERAGE_SLACK
      ? "the bounds are somewhat too narrow"
      : overall.coverage > wanted + COVERAGE_SLACK
        ? "the bounds are wider than they need be"
        : "as they should"
  return `${better} Its bounds held ${percent(overall.coverage)} of what came, ${percent(wanted)} were wanted: ${held}.`
}
