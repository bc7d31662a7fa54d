/** Periods of a model turned into what a chart draws. Pure. */
import type { Figure, Period } from "./queries"

/** Periods of one version, oldest first: the asked one, else the one that answered last. */
export function ofVersion(periods: Period[], version: number | undefined): Period[] {
  const wanted = version ?? periods.at(-1)?.version
  return periods.filter((each) => each.version === wanted)
}

const figureOf = (figures: Figure[], name: string) => figures.find((each) => each.name === name)

/** Names of all figures that were measured or expected, in the order in which they came. */
export const figureNames = (periods: Period[]): string[] => [
  ...new Set(periods.flatMap((each) => [...each.metrics, ...each.estimated.metrics].map(({ name }) => name))),
]

export interface Course {
  measured: (number | null)[]
  lower: (number | null)[]
  upper: (number | null)[]
  /** Expected from how sure the model was; only where that is to be trusted. */
  expected: (number | null)[]
}

/** A figure's course over periods. */
export function courseOf(periods: Period[], name: string): Course {
  const measured = periods.map((each) => figureOf(each.metrics, name))
  const bound = (pick: "lower" | "upper") => measured.map((each) => (hasInterval(each) ? each[pick] : null))
  return {
    measured: measured.map((each) => each?.value ?? null),
    lower: bound("lower"),
    upper: bound("upper"),
    expected: periods.map((each) =>
      each.estimated.trusted ? (figureOf(each.estimated.metrics, name)?.value ?? null) : null,
    ),
  }
}

const hasInterval = (figure: Figure | undefined): figure is Figure =>
  figure !== undefined && figure.lower !== null && figure.upper !== null

/** The last period of which something is known. */
export const latest = (periods: Period[], has: (period: Period) => boolean): Period | undefined =>
  periods.findLast((each) => has(each))
