/** Datasets in words. */
import { Database, FileUp, SquareTerminal } from "lucide-react"
import { Badge } from "@/ui/basics"
import { count, words } from "@/ui/format"
import type { Cell, Column, DatasetRow } from "./queries"

type Origin = DatasetRow["origin"]

const ORIGINS: Record<Origin, { word: string; icon: typeof Database }> = {
  upload: { word: "File", icon: FileUp },
  record: { word: "Record", icon: Database },
  query: { word: "Query", icon: SquareTerminal },
}

/** Where a dataset comes from. */
export function OriginBadge({ origin }: { origin: Origin }) {
  const { word, icon: Icon } = ORIGINS[origin]
  return <Badge icon={<Icon aria-hidden />}>{word}</Badge>
}

const TYPES: Record<Column["type"], string> = {
  numeric: "Number",
  category: "Category",
  boolean: "Yes or no",
  time: "Time",
  text: "Text",
}
export const typeWord = (type: string) => TYPES[type as Column["type"]] ?? words(type)

const UNITS = ["bytes", "kB", "MB", "GB"]

/** A number of bytes in its largest unit. */
export function bytes(value: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
  const amount = value / 1000 ** power
  return `${amount.toLocaleString(undefined, { maximumFractionDigits: amount < 10 && power ? 1 : 0 })} ${UNITS[power]}`
}

const LARGE = 1e7

/** A number of a table, short: what is huge or tiny in powers of ten. */
export const figure = (value: number) =>
  value !== 0 && (Math.abs(value) >= LARGE || Math.abs(value) < 1e-3)
    ? value.toLocaleString(undefined, { notation: "compact", maximumSignificantDigits: 3 })
    : value.toLocaleString(undefined, { maximumSignificantDigits: 5 })

/** A cell as it is kept; what is missing is said. */
export const cellText = (cell: Cell): string =>
  cell === null ? "–" : typeof cell === "boolean" ? (cell ? "true" : "false") : String(cell)

export const plural = (amount: number, one: string, many = `${one}s`) => `${count(amount)} ${amount === 1 ? one : many}`

/** The name a file suggests: its own without endings, as queries can use it. */
export const nameFromFile = (file: string) =>
  file
    .replace(/\.[^.]*(\.(gz|zst|bz2|xz|zip))?$/i, "")
    .replaceAll('"', "")
    .trim()
    .slice(0, 63)
