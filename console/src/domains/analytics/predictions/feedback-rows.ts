/** A file of outcomes, read into feedback on predictions: CSV with a header, or one JSON object a line. */

export interface Item {
  prediction_id?: string
  model_id?: string
  business_entity_type?: string
  business_entity_id?: string
  actual_outcome?: string | number | boolean
  rating?: number
  note?: string
  observed_at?: string
}

/** Names that people give to the columns, by what they mean. */
const MEANS: Record<string, keyof Item> = {
  prediction_id: "prediction_id",
  business_entity_type: "business_entity_type",
  entity_type: "business_entity_type",
  business_entity_id: "business_entity_id",
  entity_id: "business_entity_id",
  entity: "business_entity_id",
  actual_outcome: "actual_outcome",
  actual: "actual_outcome",
  outcome: "actual_outcome",
  rating: "rating",
  note: "note",
  observed_at: "observed_at",
}

export class FileUnreadable extends Error {}

/** Cells of CSV (RFC 4180), with whichever of comma, semicolon and tab its header has most of. */
export function readCsv(text: string): string[][] {
  const first = text.slice(0, text.search(/[\r\n]|$/))
  const comma = [",", ";", "\t"].toSorted((one, other) => first.split(other).length - first.split(one).length)[0]!
  const rows: string[][] = []
  let row: string[] = []
  let cell = ""
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (sign === '"' && cell === "") quoted = true
    else if (sign === comma) {
      row.push(cell)
      cell = ""
    } else if (sign === "\n" || sign === "\r") {
      if (sign === "\r" && text[at + 1] === "\n") at += 1
      rows.push([...row, cell])
      row = []
      cell = ""
    } else cell += sign
  }
  if (cell !== "" || row.length) rows.push([...row, cell])
  return rows.filter((each) => each.some((value) => value.trim() !== ""))
}

/** Items for a model, in the order of the file. Raises FileUnreadable with a sentence that says what is missing. */
export function readItems(text: string, modelId: string, isNumber: boolean, kind?: string): Item[] {
  const plain = text.replace(/^\uFEFF/, "")
  const items = plain.trimStart().startsWith("{") ? fromLines(plain) : fromTable(readCsv(plain))
  if (items.length === 0) throw new FileUnreadable("The file holds no rows.")
  return items.map((each) => finished(each, modelId, isNumber, kind))
}

function fromLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, place) => {
      try {
        return known(Object.entries(JSON.parse(line) as Record<string, unknown>))
      } catch {
        throw new FileUnreadable(`Line ${place + 1} is no JSON object.`)
      }
    })
}

function fromTable([header, ...rows]: string[][]): Record<string, unknown>[] {
  const names = (header ?? []).map((name) => name.trim())
  return rows.map((row) =>
    known(
      names.map((name, at) => [name, (row[at] ?? "").trim()] as [string, unknown]).filter(([, value]) => value !== ""),
    ),
  )
}

function known(entries: [string, unknown][]): Record<string, unknown> {
  const found = Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const means = MEANS[name.trim().toLowerCase()]
      return means && value !== null ? [[means, value] as const] : []
    }),
  )
  if (!("prediction_id" in found || "business_entity_id" in found))
    throw new FileUnreadable("Give a column prediction_id or business_entity_id, which says which prediction is meant.")
  return found
}

function finished(item: Record<string, unknown>, modelId: string, isNumber: boolean, kind?: string): Item {
  const { actual_outcome: actual, rating } = item
  const number = typeof actual === "string" && isNumber ? Number(actual) : Number.NaN
  return {
    ...(kind && item.prediction_id === undefined && { business_entity_type: kind }),
    ...item,
    ...(item.prediction_id === undefined && { model_id: modelId }),
    ...(Number.isFinite(number) && { actual_outcome: number }),
    ...(typeof rating === "string" && { rating: Number(rating) }),
  }
}
