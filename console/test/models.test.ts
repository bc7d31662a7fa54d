import { expect, test } from "vitest"
import { ApiError } from "@/api/problem"
import { bodyOf, emptyDraft, faultsFrom, faultsOf, isLearntFrom } from "@/domains/analytics/models/form-values"
import { bands, readOff } from "@/domains/analytics/models/report"
import { metricInterval, metricValue } from "@/domains/analytics/parts/metric"

const SOURCE = { dataset_id: "01a1fda2-b0d4-7585-9c2a-8c97e71496e9" }
const draft = {
  ...emptyDraft(SOURCE),
  name: " Who leaves ",
  target: "left",
  protected: ["sex"],
  excluded: ["id", "sex"],
}

test("what stands apart is neither learnt from nor said to be left out", () => {
  expect(isLearntFrom(draft, "age")).toBe(true)
  for (const column of ["left", "sex", "id"]) expect(isLearntFrom(draft, column)).toBe(false)
  expect(bodyOf(draft)).toMatchObject({ model_name: "Who leaves", exclude: ["id"], protected_columns: ["sex"] })
})

test("a kind without a target sends none", () => {
  expect(bodyOf({ ...draft, type: "clustering" }).target_column).toBeNull()
})

test("a forecast needs a time", () => {
  expect(faultsOf({ ...draft, type: "forecasting" })).toHaveProperty("time_column")
  expect(faultsOf(draft)).toEqual({})
})

test("a complaint stands at its field, and elsewhere what belongs to none", () => {
  const at = (field: string | null) => faultsFrom(new ApiError(422, "x", "Not so.", "Do it otherwise.", field))
  expect(at("target_column")).toEqual({ faults: { target_column: "Not so. Do it otherwise." }, rest: null })
  expect(at(null)).toEqual({ faults: {}, rest: "Not so. Do it otherwise." })
})

test("a curve is read off at even steps", () => {
  expect(
    readOff(
      [
        [0, 0],
        [0.5, 1],
        [1, 1],
      ],
      4,
    ),
  ).toEqual([0, 0.5, 1, 1, 1])
})

test("every value falls in a band", () => {
  const found = bands([-1, 0, 0.2, 3], 4)
  expect(found.reduce((sum, band) => sum + band.count, 0)).toBe(4)
  expect(bands([], 4)).toEqual([])
  expect(bands([2, 2], 3)[0]?.count).toBe(2)
})

test("shares are written as such, other figures in three places", () => {
  expect(metricValue("accuracy", 0.79)).toBe("79.0%")
  expect(metricValue("auc", 0.8386)).toBe("0.839")
  expect(metricInterval("auc", 0.78, null)).toBeNull()
})
