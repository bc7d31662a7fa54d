import { describe, expect, it } from "vitest"
import { bundle } from "@/domains/analytics/anomalies/inbox"
import { momentWritten, readPoints } from "@/domains/analytics/anomalies/points-file"
import type { Anomaly } from "@/domains/analytics/anomalies/search"
import { fresh } from "@/ui/merge"

const anomaly = (id: string, group_id: string, severity: Anomaly["severity"]) =>
  ({ id, group_id, severity, impact: null, started_at: "2026-11-20T11:00:00Z" }) as Anomaly

describe("the list of anomalies", () => {
  it("tells those of one group as one, for which the gravest speaks", () => {
    const rows = [anomaly("a", "g", "low"), anomaly("b", "b", "high"), anomaly("c", "g", "critical")]
    expect(bundle(fresh(rows)).map(({ id, rows: members }) => [id, members.length])).toEqual([
      ["c", 2],
      ["b", 1],
    ])
  })
})

describe("a file of points", () => {
  it("is read with a head, another separator and a decimal comma", () => {
    const { points, faults } = readPoints("at;value\n2026-11-01 10:00;1,5\nnever;3\n2026-11-02;x\n", "UTC")
    expect(points).toEqual([{ line: 2, at: "2026-11-01T10:00:00.000Z", value: 1.5 }])
    expect(faults.map(({ row, code }) => [row, code])).toEqual([
      [3, "no_time"],
      [4, "no_number"],
    ])
  })

  it("is read without a head and as objects", () => {
    expect(readPoints("2026-11-01T10:00:00Z,3\n", "UTC").points).toHaveLength(1)
    expect(readPoints('{"at": "2026-11-01T10:00:00Z", "value": 3}\nno\n', "UTC")).toMatchObject({
      points: [{ value: 3 }],
      faults: [{ row: 2, code: "no_json" }],
    })
  })

  it("has its times on the organisation's clocks where they name no zone", () => {
    expect(momentWritten("2026-07-01T10:00", "Europe/Vienna")).toBe("2026-07-01T08:00:00.000Z")
    expect(momentWritten("12", "UTC")).toBeNull()
  })
})
