import { createContext, type ReactNode, useContext } from "react"
import { cn } from "@/ui/cn"
import { Field } from "@/ui/field"
import type { ActionSettings, Finding, PolicyDocument, Rule } from "./document"
import type { DraftHandle } from "./draft"
import { findingsAt } from "./places"
import type { ValueWord, Words } from "./vocabulary"
import type { Label } from "./wording"

/** What every part of the editor works on. */
export interface Editor {
  document: PolicyDocument
  findings: Finding[]
  vocabulary: Words | undefined
  fields: ValueWord[]
  label: Label
  change: DraftHandle["change"]
}

const Context = createContext<Editor | null>(null)
export const EditorProvider = Context.Provider
export function useEditor(): Editor {
  const editor = useContext(Context)
  if (!editor) throw new Error("Parts of the policy editor stand inside it.")
  return editor
}

export const withRule = (document: PolicyDocument, at: number, rule: Rule): PolicyDocument => ({
  ...document,
  rules: document.rules.with(at, rule),
})
export const withAction = (document: PolicyDocument, name: string, action: ActionSettings): PolicyDocument => ({
  ...document,
  actions: { ...document.actions, [name]: action },
})

/** The object without the keys whose value is undefined or empty text: a setting that is emptied is left out. */
export const tidy = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined && each !== "")) as T

/** A field of the form that shows what the check found at its path. */
export function Checked({
  path,
  deep,
  label,
  hint,
  className,
  children,
}: {
  path: string
  /** Whether what was found below the path belongs here too. */
  deep?: boolean
  label: string
  hint?: ReactNode
  className?: string
  children: Parameters<typeof Field>[0]["children"]
}) {
  const { findings, document } = useEditor()
  const found = findingsAt(findings, document, path, deep)
  const error = found.find((finding) => finding.severity === "error")
  const warning = error ? undefined : found[0]
  return (
    <Field
      label={label}
      className={className}
      hint={warning ? <span className="text-review">{warning.message}</span> : hint}
      error={error ? sentence(error) : null}
    >
      {children}
    </Field>
  )
}

/** What was found at a path that has no field of its own. */
export function FoundAt({ path, deep, className }: { path: string; deep?: boolean; className?: string }) {
  const { findings, document } = useEditor()
  const found = findingsAt(findings, document, path, deep)
  return found.map((finding) => (
    <p
      key={finding.code + finding.message}
      role={finding.severity === "error" ? "alert" : undefined}
      className={cn("text-xs", finding.severity === "error" ? "text-decline" : "text-review", className)}
    >
      {sentence(finding)}
    </p>
  ))
}

export const sentence = (finding: Finding) =>
  finding.remedy ? `${finding.message} ${finding.remedy}` : finding.message
