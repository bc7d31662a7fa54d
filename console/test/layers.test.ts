// @vitest-environment node
/** Which folders may import which: `ui` knows no business, the kernel no domain, the API nothing above it. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { expect, test } from "vitest"

const SOURCES = join(import.meta.dirname, "../src")
const FILES = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file))
const IMPORT = /(?:\bfrom\s+|\bimport\s*\(?\s*)"([^"]+)"/g

/** What a file of ours imports of ours, as paths below the sources; `import type` is taken as well. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(SOURCES, file), "utf8").matchAll(IMPORT)]
    .map(([, path]) => path!)
    .flatMap((path) =>
      path.startsWith("@/") ? [path.slice(2)] : path.startsWith(".") ? [normalize(join(dirname(file), path))] : [],
    )

const layerOf = (path: string) => path.split("/")[0]!
const packageOf = (path: string) => path.split("/").slice(0, 2).join("/")
const edges = FILES.flatMap((file) => importsOf(file).map((to) => ({ file, to })))
const breaking = (forbidden: (edge: { file: string; to: string }) => boolean) =>
  edges.filter(forbidden).map(({ file, to }) => `${file} imports ${to}`)

/** The zone, currency and clock of the reader, and nothing else of the app. */
const READER = { file: "ui/when.tsx", to: "app/session" }

test("the API imports nothing above it", () => {
  expect(breaking(({ file, to }) => layerOf(file) === "api" && layerOf(to) !== "api")).toEqual([])
})

test("parts of the interface know no kernel, no domain, and of the app only who reads", () => {
  const known = ({ file, to }: { file: string; to: string }) =>
    ["api", "ui"].includes(layerOf(to)) || (file === READER.file && to === READER.to)
  expect(breaking((edge) => layerOf(edge.file) === "ui" && !known(edge))).toEqual([])
})

test("the kernel knows no domain", () => {
  expect(breaking(({ file, to }) => layerOf(file) === "kernel" && layerOf(to) === "domains")).toEqual([])
})

test("domains know each other not at all", () => {
  const foreign = (file: string, to: string) => layerOf(to) === "domains" && packageOf(to) !== packageOf(file)
  expect(breaking(({ file, to }) => layerOf(file) === "domains" && foreign(file, to))).toEqual([])
})

/** Why each is there: what one package shows that is another's. */
const BETWEEN = new Set([
  "kernel/alerts kernel/channels", // What came of the messages that told of an alert.
  "kernel/approvals kernel/decisions", // A case is about a decision: why, by which rules, what resembles it.
  "kernel/decisions kernel/audit", // The proof that a decision is in the log.
  "kernel/decisions kernel/mutes", // A rule that asked may be let alone for its customer.
  "kernel/lists kernel/mutes", // Who is on no list, but let alone for a while.
  "kernel/overview kernel/tasks", // How far today's tasks are.
  "kernel/privacy kernel/tasks", // How far the work on a request is.
  "kernel/settings kernel/channels", // Sections of the settings that are pages of their own.
  "kernel/settings kernel/secrets",
  "kernel/settings kernel/usage",
  "kernel/settings kernel/webhooks",
  "kernel/webhooks kernel/tasks", // How far a replay of events is.
])

test("packages of the kernel import each other only for what they are about", () => {
  const between = edges.filter(
    ({ file, to }) => layerOf(file) === "kernel" && layerOf(to) === "kernel" && packageOf(file) !== packageOf(to),
  )
  expect(between.filter(({ file, to }) => !BETWEEN.has(`${packageOf(file)} ${packageOf(to)}`))).toEqual([])
  expect(new Set(between.map(({ file, to }) => `${packageOf(file)} ${packageOf(to)}`))).toEqual(BETWEEN)
})

test("no file of the console is longer than three hundred lines", () => {
  const long = FILES.filter((file) => file !== "api/schema.d.ts").filter(
    (file) => readFileSync(join(SOURCES, file), "utf8").split("\n").length > 301,
  )
  expect(long).toEqual([])
})
