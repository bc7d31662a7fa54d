/** Places in the text of a query, and names as SQL writes them. */
import type { ApiError } from "@/api/problem"

export interface Place {
  /** Where it begins and ends in the text. */
  from: number
  to: number
  line: number
  column: number
}

const PLAIN = /^[a-z_][a-z0-9_]*$/
const RESERVED = new Set(
  "all and any as asc between by case cast cross desc distinct else end except exists false from full group having in inner intersect into is join lateral left like limit not null offset on or order outer right select some table then to true union unique using when where window with".split(
    " ",
  ),
)

/** A name as SQL writes it: in double quotes where it is not a plain word. */
export const quoted = (name: string) =>
  PLAIN.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`

const lineOf = (sql: string, at: number) => sql.slice(0, at).split("\n").length
const columnOf = (sql: string, at: number) => at - sql.lastIndexOf("\n", at - 1)

/** How far the word at a place reaches. */
const wordAt = (sql: string, at: number) => at + Math.max(1, /^\w+/.exec(sql.slice(at))?.[0].length ?? 1)

/** Where in the query a mistake is: where the server points, else where the name stands that it complains of. */
export function placeOf(problem: ApiError, sql: string): Place | null {
  const { line, column } = problem.data
  if (typeof line === "number" && typeof column === "number") {
    const lines = sql.split("\n")
    if (line > lines.length) return null
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1
    return at <= sql.length ? { from: at, to: wordAt(sql, at), line, column } : null
  }
  const named =
    /(?:column|at or near|name|Function with name|Table with name) "?([\w .-]+?)"?(?: does not| not found| was not|!|$)/i.exec(
      problem.message,
    )?.[1]
  if (!named) return null
  const at = sql.search(new RegExp(`(?<!\\w)${named.replaceAll(/[.*+?^${}()|[\]\\-]/g, "\\$&")}(?!\\w)`, "i"))
  return at < 0 ? null : { from: at, to: at + named.length, line: lineOf(sql, at), column: columnOf(sql, at) }
}

/** Text put into a text in the place of what is selected, with room around it; and where the cursor then is. */
export function inserted(text: string, from: number, to: number, name: string): { text: string; at: number } {
  const before = text.slice(0, from)
  const after = text.slice(to)
  const lead = before === "" || /[\s(,.]$/.test(before) ? "" : " "
  const trail = after === "" || /^[\s),.;]/.test(after) ? "" : " "
  return { text: before + lead + name + trail + after, at: before.length + lead.length + name.length }
}
