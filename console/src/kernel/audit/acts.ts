import { words } from "@/ui/format"

/** Kinds of acts that one looks for, by how their names begin. */
export const FAMILIES: [prefix: string, label: string][] = [
  ["kernel.decision.", "Decisions"],
  ["kernel.approval.", "Answers to cases"],
  ["kernel.effect.", "Effects"],
  ["kernel.outcome.", "Outcomes"],
  ["kernel.policy.", "Policies"],
  ["kernel.component.", "Components"],
  ["kernel.control.", "Control"],
  ["kernel.switch.", "Start and stop"],
  ["kernel.alert.", "Alerts"],
  ["kernel.task.", "Tasks"],
  ["kernel.configuration.", "Configuration"],
  ["lending.", "Lending"],
  ["access.", "Members, keys and sessions"],
  ["audit.", "The log itself"],
]

/** "kernel.decision.made" as "Decision made". */
export const actWords = (act: string) => words(act.replace(/^(kernel|access|organizations|audit)\./, ""))

export interface Subject {
  type: string
  id: string
}

export const subjectOf = (subject: string): Subject => {
  const [type = "", ...rest] = subject.split(":")
  return { type, id: rest.join(":") }
}
