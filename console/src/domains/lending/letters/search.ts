/** What the URL of the letters says; whatever does not fit is undefined. */
import type { Schema } from "@/api/client"
import { listOf, oneOf, short, uuid } from "@/ui/search-params"

export const KINDS: Schema["LetterKind"][] = [
  "adverse_action",
  "offer",
  "schedule",
  "statement",
  "arrears",
  "settlement",
]

/** `sent` is whether letters are on record as sent; `loan` and `application` what they are about. */
export interface LetterSearch {
  tab?: "all" | "due"
  kind?: Schema["LetterKind"][]
  sent?: "yes" | "no"
  loan?: string
  application?: string
  after?: string
  peek?: string
}

const CURSOR_LENGTH_MAX = 100

export const readLetterSearch = (raw: Record<string, unknown>): LetterSearch => ({
  tab: oneOf(raw, "tab", ["all", "due"] as const),
  kind: listOf(raw, "kind", KINDS),
  sent: oneOf(raw, "sent", ["yes", "no"] as const),
  loan: uuid(raw, "loan"),
  application: uuid(raw, "application"),
  after: short(raw, "after", CURSOR_LENGTH_MAX),
  peek: uuid(raw, "peek"),
})
