/** Where in a policy a finding belongs: its path as the parts of the editor know them. */
import type { Finding, PolicyDocument } from "./document"

export type Place =
  | { part: "rule"; at: number }
  | { part: "action"; name: string }
  | { part: "aggregates" }
  | { part: "general" }

/** `rules.some_name.when` as `rules[2].when`, so that both ways of naming a rule lead to the same field. */
export function normalPath(path: string, document: PolicyDocument): string {
  const named = /^rules\.([^.[]+)(.*)$/.exec(path)
  if (!named) return path
  const at = document.rules.findIndex((rule) => rule.name === named[1])
  return at < 0 ? path : `rules[${at}]${named[2]}`
}

/** All places a finding speaks about. */
export function placesOf(finding: Finding, document: PolicyDocument): Place[] {
  const places: Place[] = []
  const add = (at: number) => {
    if (at >= 0 && !places.some((place) => place.part === "rule" && place.at === at)) places.push({ part: "rule", at })
  }
  const path = normalPath(finding.path, document)
  const indexed = /^rules\[(\d+)\]/.exec(path)
  if (indexed && Number(indexed[1]) < document.rules.length) add(Number(indexed[1]))
  for (const name of finding.rules) add(document.rules.findIndex((rule) => rule.name === name))
  if (places.length) return places
  if (path.startsWith("aggregates")) return [{ part: "aggregates" }]
  const action = /^actions\.(.+)$/.exec(path)
  // An action's name may have dots in it: the longest that fits is meant.
  const name = action
    ? Object.keys(document.actions)
        .filter((each) => action[1] === each || action[1]!.startsWith(`${each}.`) || action[1]!.startsWith(`${each}[`))
        .sort((one, other) => other.length - one.length)[0]
    : undefined
  return name === undefined ? [{ part: "general" }] : [{ part: "action", name }]
}

/** What a field shows: the findings at its own path, errors first. `deep` takes those below it as well. */
export function findingsAt(findings: Finding[], document: PolicyDocument, path: string, deep = false): Finding[] {
  return findings
    .filter((finding) => {
      const own = normalPath(finding.path, document)
      return own === path || (deep && (own.startsWith(`${path}.`) || own.startsWith(`${path}[`)))
    })
    .sort((one, other) => Number(one.severity === "warning") - Number(other.severity === "warning"))
}

/** A refusal to read the policy at all, as the finding it is. */
export const asFinding = (problem: { message: string; remedy: string | null; field: string | null; code: string }) =>
  ({
    severity: "error",
    code: problem.code,
    path: problem.field ?? "",
    message: problem.message,
    remedy: problem.remedy,
    rule: null,
    rules: [],
    action: null,
    example: null,
  }) satisfies Finding

/** The parts of a policy that a finding is about, by their names. */
export const whereabouts = (finding: Finding, document: PolicyDocument): string =>
  placesOf(finding, document)
    .map((place) =>
      place.part === "rule"
        ? document.rules[place.at]!.name
        : place.part === "action"
          ? place.name
          : place.part === "aggregates"
            ? "counted over time"
            : "settings",
    )
    .join(", ")
